package dev.carafe.engine.pod;

import dev.carafe.engine.container.SandboxContainers;

/// What a pod owns outside of its record, by kind. Each removal is idempotent.
public record PodParts(
        PodFiles files,
        PodNamespaces namespaces,
        PodNetwork network,
        PodCgroups cgroups,
        SandboxContainers processes,
        PodLevels levels) {}
