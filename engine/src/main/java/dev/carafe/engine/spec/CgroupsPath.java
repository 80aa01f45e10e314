package dev.carafe.engine.spec;

import java.nio.file.Path;

/// Where the container's control group is, in the words of the cgroup manager. The prefix is CRI-O's: what watches
/// control groups knows containers by it.
final class CgroupsPath {
    private static final String PREFIX = "crio";

    private CgroupsPath() {}

    static String of(PodRuntime pod, String containerId) {
        PodConfigCheck.refuseCgroupParent(pod.cgroupParent(), pod.manager());
        return switch (pod.manager()) {
            case CGROUPFS ->
                Path.of("/", pod.cgroupParent(), PREFIX + "-" + containerId).toString();
            case SYSTEMD -> slice(pod.cgroupParent()) + ":" + PREFIX + ":" + containerId;
        };
    }

    private static String slice(String parent) {
        return parent.substring(parent.lastIndexOf('/') + 1);
    }
}
