package dev.carafe.engine.state;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.engine.Invalid;

/// What makes two CreateContainer requests the same.
public record ContainerKey(PodId pod, String name, int attempt) {
    public static ContainerKey of(PodId pod, ContainerConfig config) {
        return new ContainerKey(
                pod, config.getMetadata().getName(), config.getMetadata().getAttempt());
    }

    public ContainerKey {
        if (name.isEmpty()) {
            throw new Invalid("ContainerConfig.metadata needs a name");
        }
    }

    @Override
    public String toString() {
        return name + " (attempt " + attempt + ") of pod " + pod;
    }
}
