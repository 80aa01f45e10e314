package dev.carafe.engine.image;

import dev.carafe.oci.Descriptor;
import java.io.IOException;
import java.util.List;

/// Is told how each pull ended, on the pull's thread: it must not block.
public interface PullObserver {
    /// @param fetched the layers that came from a registry
    /// @param reused those that were here
    void pulled(List<Descriptor> fetched, List<Descriptor> reused);

    void failed(IOException failure);
}
