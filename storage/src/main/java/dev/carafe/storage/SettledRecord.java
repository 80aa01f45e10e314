package dev.carafe.storage;

import dev.carafe.oci.Digest;
import io.avaje.jsonb.Json;
import java.util.List;

/// That a layer is settled above one chain of lower layers: with a thin layer above it, or as it is.
///
/// @param chain diffIDs, bottom first, the layer itself last
/// @param patched there is a thin layer
/// @param sizeBytes what that takes, as does `inodes`
@Json
record SettledRecord(List<String> chain, boolean patched, long sizeBytes, long inodes) {
    @SuppressWarnings("NullAway") // a missing field arrives as null
    SettledRecord {
        chain = chain == null ? List.of() : List.copyOf(chain);
    }

    static SettledRecord plain(List<Digest> chain) {
        return new SettledRecord(names(chain), false, 0, 0);
    }

    static SettledRecord patched(List<Digest> chain, LayerInfo patch) {
        return new SettledRecord(names(chain), true, patch.sizeBytes(), patch.inodes());
    }

    private static List<String> names(List<Digest> chain) {
        return chain.stream().map(Digest::toString).toList();
    }

    /// @throws IllegalArgumentException if one is no digest
    List<Digest> digests() {
        return chain.stream().map(Digest::parse).toList();
    }

    LayerInfo info() {
        return new LayerInfo(Math.max(0, sizeBytes), Math.max(0, inodes));
    }
}
