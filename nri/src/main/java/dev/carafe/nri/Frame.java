package dev.carafe.nri;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/// A message of ttrpc.
///
/// @param stream by which an answer finds its request
/// @param type [#REQUEST] or [#RESPONSE]; other types are for streams, which NRI has none of
record Frame(int stream, byte type, ByteString data) {
    static final byte REQUEST = 1;
    static final byte RESPONSE = 2;

    /// Length, stream, type and flags.
    static final int HEADER_BYTES = 10;

    /// The protocol's bound.
    static final int MOST_DATA_BYTES = 4 << 20;

    /// Of the multiplexer: connection and length.
    private static final int OUTER_BYTES = 8;

    /// What readers of the first part may have as their buffer: plugins in Go take a part of the multiplexer only
    /// whole, into a buffer of so much, or into what is left of the message when that is more.
    private static final int FIRST_PART_BYTES = 4096;

    /// On its way through a connection of the multiplexer, in one part or in two.
    byte[] through(int connection) {
        var message = ByteBuffer.allocate(HEADER_BYTES + data.size())
                .putInt(data.size())
                .putInt(stream)
                .put(type)
                .put((byte) 0)
                .put(data.asReadOnlyByteBuffer())
                .array();
        var first = Math.min(message.length, FIRST_PART_BYTES);
        var rest = message.length - first;
        var all = ByteBuffer.allocate(OUTER_BYTES + first + (rest == 0 ? 0 : OUTER_BYTES + rest));
        all.putInt(connection).putInt(first).put(message, 0, first);
        if (rest > 0) {
            all.putInt(connection).putInt(rest).put(message, first, rest);
        }
        return all.array();
    }
}
