package dev.carafe.storage;

import java.nio.file.Path;
import java.util.List;

/// A layer that stands in a chain as it has to.
///
/// @param lower what an overlay mount takes for it, topmost first; the layer's own folder is the last
/// @param rootNamed its root directory says what that of the chain is like
/// @param rootOpaque nothing of the layers below is seen
record FoundLayer(List<Path> lower, LayerInfo info, boolean rootNamed, boolean rootOpaque) {
    FoundLayer {
        lower = List.copyOf(lower);
        if (lower.isEmpty()) {
            throw new IllegalArgumentException("a layer without a folder");
        }
    }

    Path files() {
        return lower.getLast();
    }
}
