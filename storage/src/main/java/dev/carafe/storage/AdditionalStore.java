package dev.carafe.storage;

import java.nio.file.Path;
import java.util.List;

/// A store of images that others have filled. Nothing is written to it, and nothing of it is copied.
///
/// @param images whose layers are all there
record AdditionalStore(Path root, List<StoredImage> images, LayerSource layers) {
    AdditionalStore {
        images = List.copyOf(images);
    }
}
