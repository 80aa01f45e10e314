package dev.carafe.nri;

import dev.carafe.ttrpc.Frame;
import java.nio.ByteBuffer;

/// NRI's way to have two ttrpc connections over one socket: each part of what travels has its connection and its
/// length before it.
final class Multiplexer {
    private static final int HEADER_BYTES = 8;

    /// What readers of the first part may have as their buffer: plugins in Go take a part only whole, into a
    /// buffer of so much, or into what is left of the message when that is more.
    private static final int FIRST_PART_BYTES = 4096;

    private Multiplexer() {}

    /// A message on its way through a connection, in one part or in two.
    static byte[] through(int connection, Frame frame) {
        var message = frame.bytes();
        var first = Math.min(message.length, FIRST_PART_BYTES);
        var rest = message.length - first;
        var all = ByteBuffer.allocate(HEADER_BYTES + first + (rest == 0 ? 0 : HEADER_BYTES + rest));
        all.putInt(connection).putInt(first).put(message, 0, first);
        if (rest > 0) {
            all.putInt(connection).putInt(rest).put(message, first, rest);
        }
        return all.array();
    }
}
