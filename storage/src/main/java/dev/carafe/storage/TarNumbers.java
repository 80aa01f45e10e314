package dev.carafe.storage;

import java.time.DateTimeException;
import java.time.Instant;

/// The numbers of tar headers: octal text, or base-256 where the first byte's high bit is set (GNU tar manual,
/// "Extensions").
final class TarNumbers {
    private static final int NANO_DIGITS = 9;

    private TarNumbers() {}

    /// An empty field is 0.
    static long parse(byte[] block, int offset, int length, String field) throws BadLayerException {
        return (block[offset] & 0x80) != 0
                ? base256(block, offset, length, field)
                : octal(block, offset, length, field);
    }

    private static long octal(byte[] block, int offset, int length, String field) throws BadLayerException {
        var at = offset;
        var end = offset + length;
        while (at < end && (block[at] == ' ' || block[at] == 0)) {
            at++;
        }
        var value = 0L;
        for (; at < end && block[at] >= '0' && block[at] <= '7'; at++) {
            // 12 octal digits are 36 bits: no overflow in any field of a header.
            value = (value << 3) | (block[at] - '0');
        }
        for (; at < end; at++) {
            if (block[at] != ' ' && block[at] != 0) {
                throw new BadLayerException("tar header: " + field + " is not a number");
            }
        }
        return value;
    }

    private static long base256(byte[] block, int offset, int length, String field) throws BadLayerException {
        var negative = (block[offset] & 0x40) != 0;
        // The seven bits after the marker, sign extended.
        var value = (long) (negative ? block[offset] | 0x80 : block[offset] & 0x7f);
        for (var i = 1; i < length; i++) {
            if (value != value << 8 >> 8) {
                throw new BadLayerException("tar header: " + field + " is out of range");
            }
            value = (value << 8) | (block[offset + i] & 0xff);
        }
        return value;
    }

    static long decimal(String text, String field) throws BadLayerException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BadLayerException("pax header: " + field + " is not a number", e);
        }
    }

    /// Seconds with an optional fraction, of which nine digits count.
    static Instant time(String text, String field) throws BadLayerException {
        var dot = text.indexOf('.');
        var seconds = dot < 0 ? text : text.substring(0, dot);
        var fraction = dot < 0 ? "" : text.substring(dot + 1);
        if (fraction.length() > NANO_DIGITS) {
            fraction = fraction.substring(0, NANO_DIGITS);
        }
        fraction += "0".repeat(NANO_DIGITS - fraction.length());
        var nanos = decimal(fraction, field);
        if (nanos < 0) {
            throw new BadLayerException("pax header: " + field + " is not a time");
        }
        return instant(decimal(seconds, field), seconds.startsWith("-") ? -nanos : nanos, field);
    }

    static Instant instant(long seconds, long nanos, String field) throws BadLayerException {
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException | ArithmeticException e) {
            throw new BadLayerException("tar header: " + field + " is out of range", e);
        }
    }
}
