package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;

/// Where the container's control group is, in the words of the cgroup manager. The prefix is CRI-O's: what watches
/// control groups knows containers by it.
final class CgroupsPath {
    private static final String PREFIX = "crio";

    private CgroupsPath() {}

    static String of(PodRuntime pod, String containerId) {
        PodConfigCheck.refuseCgroupParent(pod.cgroupParent(), pod.manager());
        return switch (pod.manager()) {
            case CGROUPFS -> absolute(pod.cgroupParent()) + "/" + PREFIX + "-" + containerId;
            case SYSTEMD -> slice(pod.cgroupParent()) + ":" + PREFIX + ":" + containerId;
        };
    }

    private static String absolute(String parent) {
        if (parent.isEmpty()) {
            throw new Invalid("linux.cgroup_parent: empty");
        }
        var path = parent.startsWith("/") ? parent : "/" + parent;
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String slice(String parent) {
        return parent.substring(parent.lastIndexOf('/') + 1);
    }
}
