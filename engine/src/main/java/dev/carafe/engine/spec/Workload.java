package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Invalid;
import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Pods that are treated alike, chosen by an annotation (CRI-O's workloads).
///
/// @param activationAnnotation a pod that has it, whatever its value, is of this workload
/// @param annotationPrefix `PREFIX/CONTAINER` is the annotation with the resources of one container, an object like
///     [Resources]
/// @param allowedAnnotations beginnings of annotations that are heeded beside those of the handler
/// @param resources of containers whose annotation does not say others
public record Workload(
        String activationAnnotation, String annotationPrefix, List<String> allowedAnnotations, Resources resources) {
    private static final int MAXIMUM_LENGTH = 4096;

    public Workload {
        if (activationAnnotation.isEmpty()) {
            throw new IllegalArgumentException("activation_annotation: must not be empty");
        }
        allowedAnnotations = List.copyOf(allowedAnnotations);
    }

    /// What is null, 0 or empty is not said.
    ///
    /// @param cpushares weight, as cgroup v1 counts it
    /// @param cpuquota microseconds in each period
    /// @param cpuperiod in microseconds
    /// @param cpuset a list as cpuset(7) has it
    /// @param cpulimit thousandths of a CPU, in place of a quota
    @Json
    public record Resources(
            @Nullable Long cpushares,
            @Nullable Long cpuquota,
            @Nullable Long cpuperiod,
            @Nullable String cpuset,
            @Nullable Long cpulimit) {
        private static Resources parse(String json) throws BadJsonException {
            return ForeignJson.read(json, Jsonb.instance().type(Resources.class)::fromJson);
        }

        private Resources over(Resources others) {
            return new Resources(
                    first(cpushares, others.cpushares),
                    first(cpuquota, others.cpuquota),
                    first(cpuperiod, others.cpuperiod),
                    cpuset == null || cpuset.isEmpty() ? others.cpuset : cpuset,
                    first(cpulimit, others.cpulimit));
        }

        private static @Nullable Long first(@Nullable Long number, @Nullable Long other) {
            return number != null && number != 0 ? number : other;
        }

        private LinuxContainerResources on(LinuxContainerResources asked) {
            var limits = asked.toBuilder();
            ifSaid(cpushares, limits::setCpuShares);
            ifSaid(cpuperiod, limits::setCpuPeriod);
            ifSaid(cpuquota, limits::setCpuQuota);
            if (cpuset != null && !cpuset.isEmpty()) {
                limits.setCpusetCpus(cpuset);
            }
            ifSaid(cpulimit, limit -> CpuLimits.setLimit(limits, limit));
            return limits.build();
        }

        private static void ifSaid(@Nullable Long number, LongConsumer setter) {
            if (number != null && number != 0) {
                setter.accept(number);
            }
        }
    }

    /// That of the pod; of several the first.
    static Optional<Workload> of(List<Workload> workloads, Map<String, String> podAnnotations) {
        return workloads.stream()
                .filter(workload -> podAnnotations.containsKey(workload.activationAnnotation))
                .findFirst();
    }

    /// The container's limits with those of the workload in place of its own.
    ///
    /// @throws Invalid when the container's annotation is not what it should be
    LinuxContainerResources limits(
            String container, Map<String, String> podAnnotations, LinuxContainerResources asked) {
        var name = annotationPrefix + "/" + container;
        var text = annotationPrefix.isEmpty() ? null : podAnnotations.get(name);
        if (text == null) {
            return resources.on(asked);
        }
        if (text.length() > MAXIMUM_LENGTH) {
            throw new Invalid("annotations " + name + ": longer than " + MAXIMUM_LENGTH + " characters");
        }
        try {
            return Resources.parse(text).over(resources).on(asked);
        } catch (BadJsonException e) {
            throw new Invalid("annotations " + name + ": " + e.getMessage());
        }
    }
}
