package dev.carafe.ttrpc;

import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Puts the messages of one connection together from its parts, which begin and end anywhere. For one thread.
public final class Frames {
    private final ByteBuffer header = ByteBuffer.allocate(Frame.HEADER_BYTES);
    private byte[] data = new byte[0];
    private int filled;

    /// @return the messages that are whole by now
    /// @throws IOException when one is longer than the protocol has it
    public List<Frame> take(byte[] part) throws IOException {
        var whole = new ArrayList<Frame>();
        var left = ByteBuffer.wrap(part);
        while (left.hasRemaining()) {
            if (header.hasRemaining()) {
                takeHeader(left);
            } else {
                takeData(left);
            }
            if (!header.hasRemaining() && filled == data.length) {
                whole.add(new Frame(header.getInt(4), header.get(8), UnsafeByteOperations.unsafeWrap(data)));
                header.clear();
                data = new byte[0];
                filled = 0;
            }
        }
        return whole;
    }

    private void takeHeader(ByteBuffer left) throws IOException {
        var length = Math.min(header.remaining(), left.remaining());
        header.put(left.slice(left.position(), length));
        left.position(left.position() + length);
        if (!header.hasRemaining()) {
            var announced = header.getInt(0);
            if (announced < 0 || announced > Frame.MOST_DATA_BYTES) {
                throw new IOException("a message of " + Integer.toUnsignedString(announced) + " bytes; at most "
                        + Frame.MOST_DATA_BYTES + " are allowed");
            }
            data = new byte[announced];
        }
    }

    private void takeData(ByteBuffer left) {
        var length = Math.min(data.length - filled, left.remaining());
        left.get(data, filled, length);
        filled += length;
    }
}
