package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a runtime handler has its containers held to; the names are those of CRI-O's keys.
///
/// @param minimumMemoryBytes `container_min_memory`: the runtime fails below it
/// @param allowedAnnotations `allowed_annotations`: beginnings of the annotations that are heeded and handed on
/// @param defaultAnnotations `default_annotations`: for pods that have none of that name
/// @param privilegedWithoutHostDevices privileged containers do not see the host's devices
/// @param seccompProfile the file of RuntimeDefault in place of the one for all; empty: that one
/// @param executesOnFirstCpu `exec_cpu_affinity`: commands in a container that has CPUs of its own start on the
///     first of them, where the runtime knows that
/// @param ownKernels each pod has a kernel of its own (`runtime_type` "vm"), which its first container brings
public record HandlerRules(
        long minimumMemoryBytes,
        List<String> allowedAnnotations,
        Map<String, String> defaultAnnotations,
        boolean privilegedWithoutHostDevices,
        String seccompProfile,
        boolean executesOnFirstCpu,
        boolean ownKernels) {
    /// What runc needs to start, and crun.
    public static final long MINIMUM_MEMORY_BYTES = 12L << 20;

    public static final long MINIMUM_MEMORY_BYTES_OF_CRUN = 500L << 10;

    /// A handler of which the configuration says nothing more.
    public static final HandlerRules NONE = new HandlerRules(0, List.of(), Map.of(), false, "", false, false);

    public HandlerRules {
        allowedAnnotations = List.copyOf(allowedAnnotations);
        defaultAnnotations = Map.copyOf(defaultAnnotations);
    }

    HandlerRules allowing(List<String> annotations) {
        var all = new ArrayList<>(allowedAnnotations);
        all.addAll(annotations);
        return new HandlerRules(
                minimumMemoryBytes,
                all,
                defaultAnnotations,
                privilegedWithoutHostDevices,
                seccompProfile,
                executesOnFirstCpu,
                ownKernels);
    }

    /// @throws dev.carafe.engine.Invalid when there is a memory limit below what the runtime needs
    public void requireMemory(LinuxContainerResources limits) {
        MemoryLimits.requireAtLeast(minimumMemoryBytes, limits);
    }

    /// Whether an annotation of that name may have an effect.
    public boolean allows(String annotation) {
        return allowedAnnotations.stream().anyMatch(allowed -> !allowed.isEmpty() && annotation.startsWith(allowed));
    }
}
