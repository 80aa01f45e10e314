package dev.carafe.engine.nri;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.state.ContainerId;
import java.io.IOException;

/// What plugins may have done to containers that are there. Safe for all threads.
public interface Changes {
    /// Changes its limits, without asking plugins.
    void update(ContainerId id, LinuxContainerResources limits) throws IOException, InterruptedException;

    /// Ends it at once.
    void evict(ContainerId id) throws IOException, InterruptedException;
}
