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

    /// At most what a `long` holds: the sizes of sparse files have no other bound.
    LayerInfo plus(LayerInfo other) {
        return new LayerInfo(sum(sizeBytes, other.sizeBytes), sum(inodes, other.inodes));
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    LayerInfo dividedBy(int parts) {
        return new LayerInfo(sizeBytes / parts, inodes / parts);
    }
}
