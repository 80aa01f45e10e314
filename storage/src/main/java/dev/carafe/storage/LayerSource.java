package dev.carafe.storage;

import dev.carafe.oci.Digest;
import java.util.Optional;

/// Where an image's layers come from: the daemon's own store, or one that it only reads. Any thread.
@FunctionalInterface
interface LayerSource {
    /// The layer as the topmost of a chain, when it is here and has all that the layers below give it.
    Optional<FoundLayer> find(Digest diffId, Digest chainId);
}
