package dev.carafe.streaming;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The masking of one WebSocket frame's payload (RFC 6455, section 5.3), as it comes in parts.
final class Mask {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /// As it meets the next byte.
    private int key;

    void begin(int newKey) {
        key = newKey;
    }

    /// In place, of all that remains.
    void takeOff(ByteBuffer part) {
        if (key == 0) {
            return;
        }
        var bytes = MemorySegment.ofBuffer(part);
        var pair = Integer.toUnsignedLong(key) << Integer.SIZE | Integer.toUnsignedLong(key);
        var count = part.remaining();
        var longs = count - count % Long.BYTES;
        for (var i = 0; i < longs; i += Long.BYTES) {
            bytes.set(LONG, i, bytes.get(LONG, i) ^ pair);
        }
        for (var i = longs; i < count; i++) {
            key = Integer.rotateLeft(key, Byte.SIZE);
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) (bytes.get(ValueLayout.JAVA_BYTE, i) ^ key));
        }
    }
}
