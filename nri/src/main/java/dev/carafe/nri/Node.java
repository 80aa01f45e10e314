package dev.carafe.nri;

import dev.carafe.api.nri.Container;
import dev.carafe.api.nri.ContainerUpdate;
import dev.carafe.api.nri.PodSandbox;
import java.io.IOException;
import java.util.List;

/// The node as plugins see it. Safe for all threads.
public interface Node {
    /// What there is.
    State state() throws IOException;

    record State(List<PodSandbox> pods, List<Container> containers) {
        public State {
            pods = List.copyOf(pods);
            containers = List.copyOf(containers);
        }
    }

    /// Does what plugins want.
    ///
    /// @return the updates that could not be done, and whose failure is not to be ignored
    List<ContainerUpdate> fulfil(Wishes wishes) throws InterruptedException;
}
