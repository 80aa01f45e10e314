package dev.carafe.engine.performance;

import dev.carafe.engine.NumberList;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Processors by their numbers, in the kernel's two forms: lists as `0-3,8`, and masks of hexadecimal digits with a
/// comma after each eight, as `ff,00000003`.
///
/// @param bits the lowest stands for processor 0; never negative
record Cpus(BigInteger bits) {
    static final Cpus NONE = new Cpus(BigInteger.ZERO);

    /// What the kernel can be built for (NR_CPUS).
    private static final int MAXIMUM = 8192;

    private static final int WORD_DIGITS = 8;
    private static final int BITS_A_DIGIT = 4;
    private static final int HEXADECIMAL = 16;

    Cpus {
        if (bits.signum() < 0 || bits.bitLength() > MAXIMUM) {
            throw new IllegalArgumentException("no processor has a number of " + MAXIMUM + " or more");
        }
    }

    /// @throws IllegalArgumentException when it is no list
    static Cpus ofList(String list) {
        return new Cpus(NumberList.bits(list, MAXIMUM));
    }

    /// @throws IllegalArgumentException when it is no mask
    static Cpus ofMask(String mask) {
        var digits = mask.strip().replace(",", "");
        if (digits.isEmpty() || digits.length() > MAXIMUM / BITS_A_DIGIT) {
            throw new IllegalArgumentException("not a mask of processors: " + digits.length() + " digits");
        }
        return new Cpus(new BigInteger(digits, HEXADECIMAL));
    }

    Cpus and(Cpus others) {
        return new Cpus(bits.and(others.bits));
    }

    Cpus or(Cpus others) {
        return new Cpus(bits.or(others.bits));
    }

    Cpus without(Cpus others) {
        return new Cpus(bits.andNot(others.bits));
    }

    boolean isEmpty() {
        return bits.signum() == 0;
    }

    /// Whether there is none of a lower number beside them.
    boolean isAllUpToTheHighest() {
        return bits.bitCount() == bits.bitLength();
    }

    /// Of those that there are.
    int lowest() {
        return bits.getLowestSetBit();
    }

    List<Integer> numbers() {
        return IntStream.range(0, bits.bitLength())
                .filter(bits::testBit)
                .boxed()
                .toList();
    }

    String list() {
        var ranges = new ArrayList<String>();
        for (var cpu = 0; cpu < bits.bitLength(); cpu++) {
            if (bits.testBit(cpu)) {
                var first = cpu;
                while (bits.testBit(cpu + 1)) {
                    cpu++;
                }
                ranges.add(first == cpu ? Integer.toString(cpu) : first + "-" + cpu);
            }
        }
        return String.join(",", ranges);
    }

    /// Of whole words.
    String mask() {
        var digits = bits.toString(HEXADECIMAL);
        var words = (digits.length() + WORD_DIGITS - 1) / WORD_DIGITS;
        var padded = "0".repeat(words * WORD_DIGITS - digits.length()) + digits;
        return IntStream.range(0, words)
                .mapToObj(word -> padded.substring(word * WORD_DIGITS, (word + 1) * WORD_DIGITS))
                .collect(Collectors.joining(","));
    }
}
