package dev.carafe.storage;

import java.io.IOException;
import java.io.InputStream;

/// A layer as it arrives: counts what came and lets its first bytes be looked at.
final class CompressedInput extends InputStream {
    private static final int HEAD = 4;

    private final InputStream source;
    private final byte[] head;
    private int headRead;
    private long count;

    CompressedInput(InputStream source) throws IOException {
        this.source = source;
        head = source.readNBytes(HEAD);
    }

    /// The first four bytes, little-endian; fewer are padded with zeros.
    long magic() {
        var value = 0L;
        for (var i = head.length - 1; i >= 0; i--) {
            value = (value << 8) | (head[i] & 0xff);
        }
        return value;
    }

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
