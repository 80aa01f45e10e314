package dev.carafe.ttrpc;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/// A message of ttrpc.
///
/// @param stream by which an answer finds its request
/// @param type [#REQUEST] or [#RESPONSE]; other types are for streams, which nobody here has any of
public record Frame(int stream, byte type, ByteString data) {
    public static final byte REQUEST = 1;
    public static final byte RESPONSE = 2;

    /// Length, stream, type and flags.
    public static final int HEADER_BYTES = 10;

    /// The protocol's bound.
    public static final int MOST_DATA_BYTES = 4 << 20;

    /// As it travels.
    public byte[] bytes() {
        return ByteBuffer.allocate(HEADER_BYTES + data.size())
                .putInt(data.size())
                .putInt(stream)
                .put(type)
                .put((byte) 0)
                .put(data.asReadOnlyByteBuffer())
                .array();
    }
}
