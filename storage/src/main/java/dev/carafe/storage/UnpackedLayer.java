package dev.carafe.storage;

import java.util.List;

/// What unpacking found: sizes, and what only the layers below can tell.
///
/// @param assumed directories that the tar never names although it names files in them
/// @param pending hard links to files that this layer doesn't have
/// @param rootNamed the tar has a member for the root directory itself
/// @param rootOpaque nothing of the layers below is to be seen
record UnpackedLayer(
        LayerInfo info, List<String> assumed, List<PendingLink> pending, boolean rootNamed, boolean rootOpaque) {
    /// @param path of the link in the layer
    /// @param target as the tar names it, normalised
    record PendingLink(String path, String target) {}

    UnpackedLayer {
        assumed = List.copyOf(assumed);
        pending = List.copyOf(pending);
    }
}
