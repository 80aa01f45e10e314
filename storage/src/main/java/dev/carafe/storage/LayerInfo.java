package dev.carafe.storage;

/// What one unpacked layer takes.
///
/// @param sizeBytes the content of its regular files, each hard-linked file once
/// @param inodes its files and directories of every kind, each hard-linked file once
public record LayerInfo(long sizeBytes, long inodes) {
    public LayerInfo {
        if (sizeBytes < 0 || inodes < 0) {
            throw new IllegalArgumentException("negative size");
        }
    }

    LayerInfo plus(LayerInfo other) {
        return new LayerInfo(sizeBytes + other.sizeBytes, inodes + other.inodes);
    }
}
