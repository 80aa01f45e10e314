package dev.carafe.engine;

import java.math.BigInteger;

/// Numbers in the kernel's form of lists, `0-3,8`.
public final class NumberList {
    private static final int MAXIMUM_LENGTH = 64 * 1024;

    private NumberList() {}

    /// A bit for each. The empty list has none.
    ///
    /// @param bound above all that may stand in it
    /// @throws IllegalArgumentException when it is no list
    public static BigInteger bits(String list, int bound) {
        if (list.length() > MAXIMUM_LENGTH) {
            throw new IllegalArgumentException("a list of more than " + MAXIMUM_LENGTH + " characters");
        }
        var bits = BigInteger.ZERO;
        for (var part : list.isBlank() ? new String[0] : list.strip().split(",", -1)) {
            var ends = part.split("-", 2);
            var last = number(ends[ends.length - 1], bound);
            for (var number = number(ends[0], bound); number <= last; number++) {
                bits = bits.setBit(number);
            }
        }
        return bits;
    }

    private static int number(String text, int bound) {
        var number = Integer.parseInt(text.strip());
        if (number < 0 || number >= bound) {
            throw new IllegalArgumentException(number + " is not among 0-" + (bound - 1));
        }
        return number;
    }
}
