package dev.carafe.engine.container;

import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Step;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.Stores;
import java.io.IOException;
import java.time.Duration;

/// RemoveContainer: kills it if it runs, then removes all it owns, its record last. Idempotent at each step, so a
/// failed removal is finished by the next.
public final class RemoveContainer {
    private final Stores stores;
    private final Locks<ContainerId> locks;
    private final StopContainer stopContainer;
    private final ContainerParts parts;
    private final Failpoint failpoint;

    public RemoveContainer(
            Stores stores,
            Locks<ContainerId> locks,
            StopContainer stopContainer,
            ContainerParts parts,
            Failpoint failpoint) {
        this.stores = stores;
        this.locks = locks;
        this.stopContainer = stopContainer;
        this.parts = parts;
        this.failpoint = failpoint;
    }

    public void remove(ContainerId id) throws IOException, InterruptedException {
        stopContainer.stop(id, Duration.ZERO);
        failpoint.at(Step.REMOVE_CONTAINER_KILLED);
        var known = stores.containers().get(id.value());
        if (known.isEmpty()) {
            return;
        }
        var removal = parts.nri().removal(known.get());
        try (var _ = locks.hold(id)) {
            var container = stores.containers().get(id.value());
            if (container.isEmpty()) {
                return;
            }
            parts.removeFromRuntime(container.get());
            failpoint.at(Step.REMOVE_CONTAINER_RUNTIME);
            parts.roots().remove(id.value());
            failpoint.at(Step.REMOVE_CONTAINER_ROOT);
            parts.removeBundle(id);
            failpoint.at(Step.REMOVE_CONTAINER_BUNDLE);
            stores.containers().forget(id.value());
        }
        removal.tell();
    }
}
