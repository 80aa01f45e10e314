package dev.carafe.engine.pod;

import dev.carafe.engine.state.PodRecord;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.util.Map;
import java.util.stream.Collectors;

/// What a verbose PodSandboxStatus tells people: where on the host the pod's parts are. The
/// image and the pid are those of its own process, where it has one.
@Json
record PodInfo(String runtimeHandler, String cgroupParent, Map<String, String> namespaces, String image, int pid) {
    static PodInfo of(PodRecord pod) {
        return new PodInfo(
                pod.handler(),
                pod.place().cgroup(),
                pod.place().namespaces().entrySet().stream()
                        .collect(Collectors.toMap(
                                e -> e.getKey().procName(), e -> e.getValue().toString())),
                pod.place().process().imageId(),
                pod.place().process().pid());
    }

    String toJson() {
        return Jsonb.builder().build().type(PodInfo.class).toJson(this);
    }
}
