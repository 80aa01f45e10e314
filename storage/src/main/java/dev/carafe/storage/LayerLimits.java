package dev.carafe.storage;

/// Bounds on what one layer may ask of this node. A layer beyond them is refused before it is visible.
///
/// @param maximumBytes of the uncompressed tar
/// @param maximumEntries files, directories and links in the tar, each time one is named
/// @param maximumRatio uncompressed over compressed bytes; beyond it a layer of more than `ratioFreeBytes` counts as a
///     decompression bomb
/// @param ratioFreeBytes of a layer, uncompressed, that may be of any ratio: a file of zeros is no attack
record LayerLimits(long maximumBytes, long maximumEntries, long maximumRatio, long ratioFreeBytes) {
    private static final long GIB = 1L << 30;
    private static final long DEFAULT_BYTES = 256 * GIB;
    private static final long DEFAULT_ENTRIES = 10_000_000;
    /// gzip reaches 1032 and zstd more with zeros alone; a layer of files that somebody uses stays below 20.
    private static final long DEFAULT_RATIO = 200;

    private static final long DEFAULT_RATIO_FREE_BYTES = 4 * GIB;

    LayerLimits {
        if (maximumBytes <= 0 || maximumEntries <= 0 || maximumRatio <= 0 || ratioFreeBytes < 0) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    static LayerLimits defaults() {
        return new LayerLimits(DEFAULT_BYTES, DEFAULT_ENTRIES, DEFAULT_RATIO, DEFAULT_RATIO_FREE_BYTES);
    }
}
