package dev.carafe.engine.pod;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.state.PodRecord;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.util.Map;
import java.util.stream.Collectors;

/// What a verbose PodSandboxStatus tells people: where on the host the pod's parts are, and its resources. The
/// image and the pid are those of its own process, where it has one.
@Json
record PodInfo(
        String runtimeHandler,
        String cgroupParent,
        Map<String, String> namespaces,
        String image,
        int pid,
        PodResources overhead,
        PodResources resources) {
    static PodInfo of(PodRecord pod) {
        return new PodInfo(
                pod.handler(),
                pod.place().cgroup(),
                pod.place().namespaces().entrySet().stream()
                        .collect(Collectors.toMap(
                                e -> e.getKey().procName(), e -> e.getValue().toString())),
                pod.place().process().imageId(),
                pod.place().process().pid(),
                PodResources.of(pod.config().getLinux().getOverhead()),
                PodResources.of(pod.config().getLinux().getResources()));
    }

    /// As the kubelet has told them last; 0: not told.
    @Json
    record PodResources(long cpuPeriod, long cpuQuota, long cpuShares, long memoryLimitInBytes) {
        static PodResources of(LinuxContainerResources told) {
            return new PodResources(
                    told.getCpuPeriod(), told.getCpuQuota(), told.getCpuShares(), told.getMemoryLimitInBytes());
        }
    }

    String toJson() {
        return Jsonb.builder().build().type(PodInfo.class).toJson(this);
    }
}
