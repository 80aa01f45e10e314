package dev.carafe.storage;

import io.avaje.jsonb.Json;
import java.util.List;

/// What the disk says of an unpacked layer. Its folder is valid only while this record is there.
///
/// @param assumed see [UnpackedLayer], as for the other lists
/// @param settledAs the outcome that the folder's assumed directories were given; empty before
@Json
record LayerRecord(
        String diffId,
        long sizeBytes,
        long inodes,
        List<String> assumed,
        List<Link> pending,
        boolean rootNamed,
        boolean rootOpaque,
        String settledAs) {
    static final int SCHEMA = 1;

    record Link(String path, String target) {
        @SuppressWarnings("NullAway") // a missing field arrives as null
        Link {
            path = path == null ? "" : path;
            target = target == null ? "" : target;
        }
    }

    @SuppressWarnings("NullAway") // a missing field arrives as null
    LayerRecord {
        diffId = diffId == null ? "" : diffId;
        assumed = assumed == null ? List.of() : List.copyOf(assumed);
        pending = pending == null ? List.of() : List.copyOf(pending);
        settledAs = settledAs == null ? "" : settledAs;
    }

    static LayerRecord of(String diffId, UnpackedLayer layer) {
        return new LayerRecord(
                diffId,
                layer.info().sizeBytes(),
                layer.info().inodes(),
                layer.assumed(),
                layer.pending().stream()
                        .map(link -> new Link(link.path(), link.target()))
                        .toList(),
                layer.rootNamed(),
                layer.rootOpaque(),
                "");
    }

    LayerRecord settledAs(String outcome) {
        return new LayerRecord(diffId, sizeBytes, inodes, assumed, pending, rootNamed, rootOpaque, outcome);
    }

    boolean needsLowerLayers() {
        return !assumed.isEmpty() || !pending.isEmpty();
    }

    LayerInfo info() {
        return new LayerInfo(Math.max(0, sizeBytes), Math.max(0, inodes));
    }
}
