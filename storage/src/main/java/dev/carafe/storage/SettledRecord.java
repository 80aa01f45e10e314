package dev.carafe.storage;

import io.avaje.jsonb.Json;
import java.util.List;

/// A layer's own copy for one chain of lower layers, under which it looks different from the layer's folder.
///
/// @param chain diffIDs, bottom first, the layer itself last
/// @param sizeBytes what the copy takes beyond the files it shares with the layer
@Json
record SettledRecord(List<String> chain, long sizeBytes, long inodes) {
    static final int SCHEMA = 1;

    @SuppressWarnings("NullAway") // a missing field arrives as null
    SettledRecord {
        chain = chain == null ? List.of() : List.copyOf(chain);
    }

    LayerInfo info() {
        return new LayerInfo(Math.max(0, sizeBytes), Math.max(0, inodes));
    }
}
