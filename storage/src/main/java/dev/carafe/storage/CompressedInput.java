package dev.carafe.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// A layer as it arrives: counts what came and lets its first bytes be looked at. For one thread.
final class CompressedInput extends InputStream {
    /// The longest header of a zstd frame, which is the longest that anybody looks at.
    static final int HEAD_BYTES = 18;

    private final InputStream source;
    private final byte[] head;
    private int headRead;
    private long count;

    CompressedInput(InputStream source) throws IOException {
        this.source = source;
        head = source.readNBytes(HEAD_BYTES);
    }

    /// The first bytes, filled up with zeros where there are fewer.
    byte[] head() {
        return Arrays.copyOf(head, HEAD_BYTES);
    }

    /// How many have been read.
    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (headRead < head.length) {
            var n = Math.min(length, head.length - headRead);
            System.arraycopy(head, headRead, bytes, offset, n);
            headRead += n;
            count += n;
            return n;
        }
        var n = source.read(bytes, offset, length);
        count += Math.max(n, 0);
        return n;
    }
}
