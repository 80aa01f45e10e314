package dev.carafe.linux;

import java.util.Locale;
import java.util.Optional;

/// The controllers that matter to containers, in the names of cgroup v2; v1's `blkio` counts as [#IO], and `devices`
/// and `freezer` are always there on v2, where the kernel has no controller of these names.
public enum CgroupController {
    CPU,
    CPUSET,
    MEMORY,
    PIDS,
    HUGETLB,
    IO,
    DEVICES,
    FREEZER;

    String fileName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Of a word in `/proc/cgroups`, a mount option or `cgroup.controllers`; empty for those we have no use for.
    static Optional<CgroupController> of(String word) {
        if (word.equals("blkio")) {
            return Optional.of(IO);
        }
        for (var controller : values()) {
            if (controller.fileName().equals(word)) {
                return Optional.of(controller);
            }
        }
        return Optional.empty();
    }
}
