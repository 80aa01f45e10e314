package dev.carafe.engine.spec;

import java.util.Map;
import java.util.Optional;

/// How many threads a Go program is told to use in a container that has no limit of CPUs: as many as it asks for, and
/// at least what `min_injected_gomaxprocs` says. Without it Go takes all CPUs of the node for its own.
///
/// As in CRI-O, the pod's class is told from the control group that the kubelet names, and containers of guaranteed
/// pods, with a limit, of a workload, or of a pod with the annotation `skip-gomaxprocs.crio.io` are left alone.
final class Gomaxprocs {
    static final String NAME = "GOMAXPROCS";
    private static final String SKIP = "skip-gomaxprocs.crio.io";
    private static final long SHARES_OF_A_CPU = 1024;

    private Gomaxprocs() {}

    /// Empty when the container gets none.
    static Optional<String> of(SpecRequest request, ContainerAdditions additions) {
        var pod = request.pod();
        var resources = request.container().getLinux().getResources();
        if (additions.leastGomaxprocs() == 0
                || resources.getCpuQuota() > 0
                || !sharesTheNode(pod.getLinux().getCgroupParent())
                || isSkipped(pod.getAnnotationsMap())
                || Workload.of(additions.workloads(), pod.getAnnotationsMap()).isPresent()) {
            return Optional.empty();
        }
        var asked = Math.ceilDiv(Math.max(0, resources.getCpuShares()), SHARES_OF_A_CPU);
        return Optional.of(Long.toString(Math.max(asked, additions.leastGomaxprocs())));
    }

    private static boolean sharesTheNode(String cgroupParent) {
        return cgroupParent.contains("burstable") || cgroupParent.contains("besteffort");
    }

    private static boolean isSkipped(Map<String, String> annotations) {
        return "true".equals(annotations.get(SKIP));
    }
}
