package dev.carafe.oci;

import java.util.List;
import java.util.Map;

/// What a blob is, how large, and under which digest (image-spec, descriptor.md).
///
/// @param platform of a manifest in an index; all empty elsewhere
/// @param osFeatures that the platform must have
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        Map<String, String> annotations,
        Platform platform,
        List<String> osFeatures) {
    public Descriptor {
        annotations = Map.copyOf(annotations);
        osFeatures = List.copyOf(osFeatures);
        if (size < 0) {
            throw new IllegalArgumentException("a descriptor's size can't be " + size);
        }
    }
}
