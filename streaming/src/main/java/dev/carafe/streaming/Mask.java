package dev.carafe.streaming;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The masking of one WebSocket frame's payload (RFC 6455, section 5.3), as it comes in parts.
final class Mask {
    /// Of a buffer. Unlike the buffer's own methods it is inlined whatever the JVM's flags say of long methods.
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

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
        var pair = Integer.toUnsignedLong(key) << Integer.SIZE | Integer.toUnsignedLong(key);
        var at = part.position();
        for (; at <= part.limit() - Long.BYTES; at += Long.BYTES) {
            LONG.set(part, at, (long) LONG.get(part, at) ^ pair);
        }
        for (; at < part.limit(); at++) {
            key = Integer.rotateLeft(key, Byte.SIZE);
            part.put(at, (byte) (part.get(at) ^ key));
        }
    }
}
