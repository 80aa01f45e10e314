package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Invalid;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Limits by the pod's annotations: those of its workload, and of cgroup v2 `FILE=VALUE;FILE=VALUE`, values as they
/// are or in base64.
final class AnnotatedLimits {
    /// The kubelet's, by which the annotation names a container.
    private static final String CONTAINER_NAME = "io.kubernetes.container.name";

    private static final int MAXIMUM_LENGTH = 64 * 1024;
    private static final Pattern PRINTABLE = Pattern.compile("\\p{Print}+");

    private AnnotatedLimits() {}

    /// The request's limits and over them the annotations'.
    static LinuxContainerResources of(SpecRequest request, List<Workload> workloads) {
        var name = containerName(request);
        var annotations = request.pod().getAnnotationsMap();
        var limits = Workload.of(workloads, annotations)
                .map(workload -> workload.limits(name, annotations, request.resources()))
                .orElse(request.resources());
        var annotation = PodAnnotation.unified(name);
        var asked = annotation.of(request);
        return asked.isEmpty() || asked.get().isEmpty() ? limits : with(annotation, asked.get(), limits);
    }

    /// By which annotations of the pod mean the container.
    static String containerName(SpecRequest request) {
        var container = request.container();
        return container.getLabelsOrDefault(
                CONTAINER_NAME, container.getMetadata().getName());
    }

    private static LinuxContainerResources with(
            PodAnnotation annotation, String asked, LinuxContainerResources limits) {
        if (asked.length() > MAXIMUM_LENGTH) {
            throw new Invalid(annotation.field() + ": longer than " + MAXIMUM_LENGTH + " characters");
        }
        var resources = limits.toBuilder();
        for (var entry : asked.split(";")) {
            var equals = entry.indexOf('=');
            if (equals < 1) {
                throw new Invalid(annotation.field() + ": not FILE=VALUE;FILE=VALUE");
            }
            resources.putUnified(entry.substring(0, equals).strip(), value(entry.substring(equals + 1)));
        }
        return resources.build();
    }

    /// A number of four digits is base64 as well, but of no text.
    private static String value(String text) {
        try {
            var decoded = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
            return PRINTABLE.matcher(decoded).matches() ? decoded : text;
        } catch (IllegalArgumentException notBase64) {
            return text;
        }
    }
}
