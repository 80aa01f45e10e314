package dev.carafe.engine.performance;

import java.nio.file.Path;
import java.util.List;

/// Where a container's processors are set.
///
/// @param folders of its control group and of those above it, the highest first; empty where the host sets none
/// @param unified they are of cgroup v2
public record CpusetGroups(List<Path> folders, boolean unified) {
    public CpusetGroups {
        folders = List.copyOf(folders);
    }

    boolean isThere() {
        return !folders.isEmpty();
    }

    Path own() {
        return folders.getLast();
    }
}
