package dev.carafe.storage;

import dev.carafe.oci.Digest;
import io.avaje.jsonb.Json;
import java.util.List;

/// What a container's root stands on, bottom first.
@Json
record ContainerRootRecord(List<String> chain) {
    static final int SCHEMA = 1;

    @SuppressWarnings("NullAway") // a missing field arrives as null
    ContainerRootRecord {
        chain = chain == null ? List.of() : List.copyOf(chain);
    }

    static ContainerRootRecord of(List<Digest> chain) {
        return new ContainerRootRecord(chain.stream().map(Digest::toString).toList());
    }

    /// @throws IllegalArgumentException if one is no digest
    List<Digest> digests() {
        return chain.stream().map(Digest::parse).toList();
    }
}
