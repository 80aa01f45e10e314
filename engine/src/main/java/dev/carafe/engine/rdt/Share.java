package dev.carafe.engine.rdt;

import dev.carafe.engine.NumberList;
import java.io.IOException;

/// A part of a cache, of which each bit of a mask stands for as much as any other. Masks are of one block, and of
/// less than 64 bits.
sealed interface Share {
    int HUNDRED = 100;
    int HIGHEST_BIT = 62;

    /// @param low 0 and 1 mean the beginning
    record Percent(int low, int high) implements Share {}

    /// @param bits above the lowest of what it is a part of
    record Mask(long bits) implements Share {}

    /// `60%`, `20-60%`, `0xf0` or `4-7`.
    static Share parse(String text, String where) throws IOException {
        try {
            return text.endsWith("%") ? percent(text.substring(0, text.length() - 1)) : new Mask(mask(text));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    where + ": neither a percentage (60%, 20-60%) nor one block of bits (0xf0, 4-7): " + text, e);
        }
    }

    private static Share percent(String text) {
        var ends = text.split("-", 2);
        var low = ends.length == 1 ? 0 : Integer.parseInt(ends[0]);
        var high = Integer.parseInt(ends[ends.length - 1]);
        if (low < 0 || low > high || high > HUNDRED) {
            throw new IllegalArgumentException("not of 0 to " + HUNDRED);
        }
        return new Percent(low, high);
    }

    private static long mask(String text) {
        var bits = text.startsWith("0x")
                ? Long.parseLong(text.substring(2), 16)
                : NumberList.bits(text, HIGHEST_BIT + 1).longValueExact();
        if (bits <= 0 || !isOneBlock(bits)) {
            throw new IllegalArgumentException("not one block");
        }
        return bits;
    }

    static boolean isOneBlock(long bits) {
        return Long.bitCount(bits) == width(bits);
    }

    /// From the lowest bit to the highest.
    static int width(long bits) {
        return bits == 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(bits) - Long.numberOfTrailingZeros(bits);
    }

    /// Rounded up to the least that the kernel takes.
    ///
    /// @param whole one block of at least that many bits
    /// @throws IOException when it goes beyond the whole, or is nothing
    default long of(long whole, int leastBits) throws IOException {
        var shift = Long.numberOfTrailingZeros(whole);
        return switch (this) {
            case Mask(var bits) -> {
                if (width(bits) + Long.numberOfTrailingZeros(bits) > width(whole)) {
                    throw new IOException("0x" + Long.toHexString(bits) + " goes beyond the " + width(whole)
                            + " bits that there are (0x" + Long.toHexString(whole) + ")");
                }
                if (width(bits) < leastBits) {
                    throw new IOException("0x" + Long.toHexString(bits) + " has less than " + leastBits + " bits");
                }
                yield bits << shift;
            }
            case Percent(var low, var high) -> {
                if (high == 0) {
                    throw new IOException("0 percent of a cache is nothing");
                }
                var total = width(whole);
                // Each percent from 1 to 100 stands for the bit that it falls into.
                var first = (Math.max(low, 1) - 1) * total / HUNDRED;
                var last = (high - 1) * total / HUNDRED;
                var lacking = Math.max(0, leastBits - (last - first + 1));
                var below = Math.min(lacking, first);
                yield block(last - first + 1 + lacking) << (first - below + shift);
            }
        };
    }

    /// So many ones.
    static long block(int bits) {
        return (1L << bits) - 1;
    }
}
