package dev.carafe.storage;

import java.util.Arrays;

/// Where in a file the content that an archive has of it belongs. What lies between the pieces is a hole that
/// reads as zeros. Pieces are in ascending order, don't overlap, and are as long together as the content.
final class SparseMap {
    /// Two numbers each, held while the file is written.
    static final int MAXIMUM_PIECES = 1 << 16;
    /// Of what is not sparse.
    static final SparseMap NONE = new SparseMap(0, new long[0], new long[0]);

    private final long fileBytes;
    private final long[] offsets;
    private final long[] lengths;

    private SparseMap(long fileBytes, long[] offsets, long[] lengths) {
        this.fileBytes = fileBytes;
        this.offsets = offsets;
        this.lengths = lengths;
    }

    /// Of the whole file, holes included.
    long fileBytes() {
        return fileBytes;
    }

    int pieces() {
        return offsets.length;
    }

    long offset(int piece) {
        return offsets[piece];
    }

    long length(int piece) {
        return lengths[piece];
    }

    /// Collects the pieces of a map of unknown length.
    static final class Builder {
        private static final int FIRST_CAPACITY = 16;

        private long[] offsets = new long[FIRST_CAPACITY];
        private long[] lengths = new long[FIRST_CAPACITY];
        private int count;
        private long end;
        private long stored;

        void add(long offset, long length) throws BadLayerException {
            if (count == MAXIMUM_PIECES) {
                throw new BadLayerException("tar: sparse file of more than " + MAXIMUM_PIECES + " pieces");
            }
            if (offset < end || length < 0 || offset > Long.MAX_VALUE - length) {
                throw new BadLayerException("tar: pieces of a sparse file are out of order or range");
            }
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, count * 2);
                lengths = Arrays.copyOf(lengths, count * 2);
            }
            offsets[count] = offset;
            lengths[count++] = length;
            end = offset + length;
            stored += length;
        }

        SparseMap build(long fileBytes, long storedBytes) throws BadLayerException {
            if (end > fileBytes || stored != storedBytes) {
                throw new BadLayerException("tar: sparse file of " + fileBytes + " bytes with " + storedBytes
                        + " bytes of content does not fit its map of " + stored + " bytes up to " + end);
            }
            return new SparseMap(fileBytes, Arrays.copyOf(offsets, count), Arrays.copyOf(lengths, count));
        }
    }
}
