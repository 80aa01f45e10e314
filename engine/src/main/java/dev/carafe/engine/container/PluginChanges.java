package dev.carafe.engine.container;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.nri.Changes;
import dev.carafe.engine.state.ContainerId;
import java.io.IOException;
import java.time.Duration;

/// The verbs by which NRI plugins change containers.
public record PluginChanges(UpdateContainer update, StopContainer stop) implements Changes {
    @Override
    public void update(ContainerId id, LinuxContainerResources limits) throws IOException, InterruptedException {
        update.update(id, limits);
    }

    @Override
    public void evict(ContainerId id) throws IOException, InterruptedException {
        stop.stop(id, Duration.ZERO);
    }
}
