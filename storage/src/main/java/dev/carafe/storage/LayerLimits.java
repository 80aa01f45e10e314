package dev.carafe.storage;

/// Bounds on what one layer may ask of this node. A layer beyond them is refused before it is visible.
///
/// @param maximumBytes of the uncompressed tar
/// @param maximumEntries files, directories and links in the tar, each time one is named
/// @param maximumRatio uncompressed over compressed bytes; beyond it the layer counts as a decompression bomb
record LayerLimits(long maximumBytes, long maximumEntries, long maximumRatio) {
    private static final long GIB = 1L << 30;
    private static final long DEFAULT_BYTES = 256 * GIB;
    private static final long DEFAULT_ENTRIES = 10_000_000;
    /// gzip can't exceed 1032; zstd can, and a real layer of zeros may come near it.
    private static final long DEFAULT_RATIO = 2_000;

    LayerLimits {
        if (maximumBytes <= 0 || maximumEntries <= 0 || maximumRatio <= 0) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    static LayerLimits defaults() {
        return new LayerLimits(DEFAULT_BYTES, DEFAULT_ENTRIES, DEFAULT_RATIO);
    }
}
