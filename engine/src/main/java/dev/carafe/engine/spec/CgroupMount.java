package dev.carafe.engine.spec;

import dev.carafe.linux.CgroupMode;
import dev.carafe.oci.RuntimeSpec;
import java.util.List;

/// The container's own control groups, writable for it by annotation: on cgroup v2 alone, where a cgroup namespace
/// keeps it to its own.
final class CgroupMount {
    private static final String PATH = "/sys/fs/cgroup";

    private CgroupMount() {}

    static List<RuntimeSpec.Mount> of(SpecRequest request, HostFacts host, List<RuntimeSpec.Mount> mounts) {
        var isAsked =
                PodAnnotation.CGROUP_WRITABLE.of(request).filter("true"::equals).isPresent();
        if (!isAsked || host.cgroupMode() != CgroupMode.V2) {
            return mounts;
        }
        return mounts.stream()
                .map(mount -> mount.destination().equals(PATH) && "cgroup".equals(mount.type())
                        ? SpecMount.of(PATH, "cgroup", List.of("nosuid", "noexec", "nodev", "relatime", "rw"))
                        : mount)
                .toList();
    }
}
