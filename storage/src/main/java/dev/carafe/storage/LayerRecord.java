package dev.carafe.storage;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/// What the disk says of an unpacked layer. Its folder is valid only while this record is there.
///
/// @param unsettled what the layers below have to tell is in a file beside the layer's own, see [Unsettled]
/// @param rootNamed see [UnpackedLayer], as for `rootOpaque` and `tarBytes`
/// @param tarBytes null for a layer that was unpacked before tars were recorded
@Json
record LayerRecord(
        String diffId,
        long sizeBytes,
        long inodes,
        boolean unsettled,
        boolean rootNamed,
        boolean rootOpaque,
        @Nullable Long tarBytes) {
    static final int SCHEMA = 1;

    @SuppressWarnings("NullAway") // a missing field arrives as null
    LayerRecord {
        diffId = diffId == null ? "" : diffId;
    }

    static LayerRecord of(String diffId, UnpackedLayer layer) {
        var info = layer.info();
        return new LayerRecord(
                diffId,
                info.sizeBytes(),
                info.inodes(),
                !layer.unsettled().isEmpty(),
                layer.rootNamed(),
                layer.rootOpaque(),
                layer.tarBytes());
    }

    LayerInfo info() {
        return new LayerInfo(Math.max(0, sizeBytes), Math.max(0, inodes));
    }
}
