package dev.carafe.engine.stats;

import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import java.util.List;

/// The labels that every metric has, in one order for keys and values: those by which dashboards for cAdvisor's
/// metrics choose and add up.
final class MetricLabels {
    static final List<String> KEYS = List.of("id", "name", "image", "namespace", "pod", "container");

    /// What cAdvisor calls a pod as a whole, for which Kubernetes had a container.
    private static final String WHOLE_POD = "POD";

    private MetricLabels() {}

    static List<String> of(PodRecord pod) {
        return values(pod, pod.id().value(), "", WHOLE_POD, pod.key().attempt());
    }

    static List<String> of(PodRecord pod, ContainerRecord container) {
        var image = container.config().getImage();
        var specified = image.getUserSpecifiedImage();
        return values(
                pod,
                container.id().value(),
                specified.isEmpty() ? image.getImage() : specified,
                container.key().name(),
                container.key().attempt());
    }

    /// The name is the one that the kubelet's first runtime gave containers.
    private static List<String> values(PodRecord pod, String id, String image, String container, int attempt) {
        var key = pod.key();
        var name =
                String.join("_", "k8s", container, key.name(), key.namespace(), key.uid(), Integer.toString(attempt));
        return List.of(id, name, image, key.namespace(), key.name(), container);
    }
}
