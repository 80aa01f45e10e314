package dev.carafe.engine.pod;

import dev.carafe.engine.container.SandboxContainers;
import dev.carafe.engine.nri.Nri;

/// What a pod owns outside of its record, by kind, and who else is told of it. Each removal is idempotent.
public record PodParts(
        PodFiles files,
        PodNamespaces namespaces,
        PodNetwork network,
        PodCgroups cgroups,
        SandboxContainers processes,
        PodLevels levels,
        Nri nri) {}
