package dev.carafe.storage;

import dev.carafe.linux.FileSystemUsage;
import java.io.IOException;

/// What the images take, and how full the file system below them is.
///
/// @param usedBytes content of all unpacked layers, each counted once
/// @param usedInodes of all unpacked layers
/// @param totalBytes of the root's file system, as are the rest
public record StorageUsage(
        long usedBytes, long usedInodes, long totalBytes, long availableBytes, long totalInodes, long freeInodes) {
    /// Costs one statfs(2): the layers' sizes are known from their records.
    public static StorageUsage of(StorageConfig config, Layers layers) throws IOException {
        var layerUsage = layers.usage();
        var disk = FileSystemUsage.of(config.root());
        return new StorageUsage(
                layerUsage.sizeBytes(),
                layerUsage.inodes(),
                disk.totalBytes(),
                disk.availableBytes(),
                disk.totalInodes(),
                disk.freeInodes());
    }
}
