package dev.carafe.engine.container;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.PodSandboxMetadata;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// A container as the node's own tools see it: cAdvisor, and `carafe status`.
///
/// @param name made of all names, as the peers make it: `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`
/// @param pid its first process; 0 when there is none
public record Inspected(String name, int pid, Image image, Instant createdAt, Marks marks, Place place) {

    /// @param asked what the request names
    /// @param reference by the digest of its manifest
    public record Image(String asked, String reference) {}

    public record Marks(Map<String, String> labels, Map<String, String> annotations) {
        public Marks {
            labels = Map.copyOf(labels);
            annotations = Map.copyOf(annotations);
        }
    }

    /// @param pod its pod's id
    /// @param addresses the pod's own; none in the node's network
    /// @param root where its file system is mounted; empty when it has none
    public record Place(String pod, List<String> addresses, String logPath, String root) {
        public Place {
            addresses = List.copyOf(addresses);
        }
    }

    static Inspected of(PodRecord pod, ContainerRecord container, String root) {
        var config = container.config();
        return new Inspected(
                name(pod, config),
                container.isRunning() ? container.making().process().pid() : 0,
                new Image(config.getImage().getImage(), container.making().imageRef()),
                container.createdAt(),
                new Marks(config.getLabelsMap(), config.getAnnotationsMap()),
                place(pod, container.making().logPath(), root));
    }

    /// Of the pod itself. A process in its namespaces stands for one of its own: the oldest container's that runs.
    static Inspected of(PodRecord pod, List<ContainerRecord> containers) {
        var config = pod.config();
        var own = pod.place().process();
        var pid = own.pid() > 0
                ? own.pid()
                : containers.stream()
                        .filter(ContainerRecord::isRunning)
                        .min(Comparator.comparing(ContainerRecord::createdAt))
                        .map(oldest -> oldest.making().process().pid())
                        .orElse(0);
        return new Inspected(
                name("POD", config.getMetadata(), config.getMetadata().getAttempt()),
                pid,
                new Image("", ""),
                pod.createdAt(),
                new Marks(config.getLabelsMap(), config.getAnnotationsMap()),
                place(pod, config.getLogDirectory(), ""));
    }

    private static Place place(PodRecord pod, String logPath, String root) {
        var addresses = pod.state() instanceof PodState.Ready(var own) ? own : List.<String>of();
        return new Place(pod.id().value(), addresses, logPath, root);
    }

    static String name(PodRecord pod, ContainerConfig config) {
        var metadata = config.getMetadata();
        return name(metadata.getName(), pod.config().getMetadata(), metadata.getAttempt());
    }

    private static String name(String container, PodSandboxMetadata pod, int attempt) {
        return String.join(
                "_",
                "k8s",
                container,
                pod.getName(),
                pod.getNamespace(),
                pod.getUid(),
                Integer.toUnsignedString(attempt));
    }
}
