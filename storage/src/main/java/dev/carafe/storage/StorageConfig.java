package dev.carafe.storage;

import java.nio.file.Path;
import java.util.List;

/// Where the store lives. The first three folders belong to one daemon at a time.
///
/// @param root survives reboots: the writable parts of container roots, and the images where these have no own folder
/// @param runRoot gone after a reboot: the mount points of container roots
/// @param imageStore survives reboots: images and their layers; may be the root
/// @param additionalStores of images, filled by others and only read here; of two that have a name, the first counts
public record StorageConfig(Path root, Path runRoot, Path imageStore, List<Path> additionalStores) {
    /// More are a mistake.
    private static final int MOST_STORES = 32;

    public StorageConfig {
        requireAbsolute("root", root);
        requireAbsolute("runroot", runRoot);
        requireAbsolute("imagestore", imageStore);
        additionalStores.forEach(store -> requireAbsolute("additionalimagestores", store));
        if (additionalStores.size() > MOST_STORES) {
            throw new IllegalArgumentException("more than " + MOST_STORES + " additional image stores");
        }
        root = root.normalize();
        runRoot = runRoot.normalize();
        imageStore = imageStore.normalize();
        additionalStores =
                additionalStores.stream().map(Path::normalize).distinct().toList();
    }

    /// With the images in the root and nowhere else.
    public StorageConfig(Path root, Path runRoot) {
        this(root, runRoot, root, List.of());
    }

    private static void requireAbsolute(String what, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(what + " must be an absolute path, not " + path);
        }
    }

    /// Whether images have a folder of their own.
    public boolean isSplit() {
        return !imageStore.equals(root);
    }

    /// Those that belong to one daemon at a time.
    public List<Path> ownFolders() {
        return List.of(root, runRoot, imageStore).stream().distinct().toList();
    }
}
