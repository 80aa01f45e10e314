package dev.carafe.engine.spec;

import dev.carafe.linux.CgroupMode;
import dev.carafe.oci.RuntimeSpec;
import java.util.List;

/// The container's own control groups, writable for it by annotation, or because it runs an init, which makes groups
/// of its own; the latter only where it can't change its limits so. On cgroup v2 alone, where a cgroup namespace keeps
/// it to its own.
final class CgroupMount {
    private static final String PATH = "/sys/fs/cgroup";

    private CgroupMount() {}

    static List<RuntimeSpec.Mount> of(SpecRequest request, HostFacts host, List<RuntimeSpec.Mount> mounts) {
        var isAsked =
                PodAnnotation.CGROUP_WRITABLE.of(request).filter("true"::equals).isPresent();
        var isInit = host.delegatesCgroups() && CommandLine.isInit(CommandLine.of(request));
        if (!(isAsked || isInit) || host.cgroupMode() != CgroupMode.V2) {
            return mounts;
        }
        return mounts.stream()
                .map(mount -> mount.destination().equals(PATH) && "cgroup".equals(mount.type())
                        ? SpecMount.of(PATH, "cgroup", List.of("nosuid", "noexec", "nodev", "relatime", "rw"))
                        : mount)
                .toList();
    }
}
