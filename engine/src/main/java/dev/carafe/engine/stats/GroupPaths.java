package dev.carafe.engine.stats;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.runtime.CgroupManager;
import java.nio.file.Path;

/// Where the kernel counts what containers and pods use.
public record GroupPaths(CgroupManager manager) {
    private static final String SLICE = ".slice";

    public String of(PodRecord pod, ContainerId container) {
        return switch (manager) {
            case CGROUPFS -> of(pod) + "/crio-" + container;
            case SYSTEMD -> of(pod) + "/crio-" + container + ".scope";
        };
    }

    public String of(PodRecord pod) {
        var group = pod.place().cgroup();
        return switch (manager) {
            case CGROUPFS -> Path.of("/", group).normalize().toString();
            case SYSTEMD -> slice(group.substring(group.lastIndexOf('/') + 1));
        };
    }

    /// Whether the pod's group is the pod's alone: the kubelet names one for each pod, and others may name none.
    public static boolean isOwn(PodRecord pod) {
        return !pod.config().getLinux().getCgroupParent().isEmpty();
    }

    /// A slice is inside those that its name begins with, up to each dash (systemd.slice(5)).
    private static String slice(String name) {
        var path = new StringBuilder();
        var stem = name.endsWith(SLICE) ? name.substring(0, name.length() - SLICE.length()) : name;
        for (var dash = stem.indexOf('-', 1); dash > 0; dash = stem.indexOf('-', dash + 1)) {
            path.append('/').append(stem, 0, dash).append(SLICE);
        }
        return path.append('/').append(stem).append(SLICE).toString();
    }
}
