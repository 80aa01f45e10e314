package dev.carafe.storage;

import java.nio.file.Path;

/// Where the store lives. Both folders belong to one daemon at a time.
///
/// @param root survives reboots: layers, image records, the writable parts of container roots
/// @param runRoot gone after a reboot: the mount points of container roots
public record StorageConfig(Path root, Path runRoot) {
    public StorageConfig {
        if (!root.isAbsolute() || !runRoot.isAbsolute()) {
            throw new IllegalArgumentException(
                    "root and runroot must be absolute paths, not " + root + " and " + runRoot);
        }
        root = root.normalize();
        runRoot = runRoot.normalize();
    }
}
