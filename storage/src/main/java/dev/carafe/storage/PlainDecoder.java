package dev.carafe.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// A layer that is not compressed, and any stream that fills arrays. For one thread.
final class PlainDecoder implements Decoder {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream source;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    PlainDecoder(InputStream source) {
        this.source = source;
    }

    @Override
    public boolean decode(ByteBuffer target) throws IOException {
        var n = source.read(buffer, 0, Math.min(buffer.length, target.remaining()));
        if (n <= 0) {
            return false;
        }
        target.put(buffer, 0, n);
        return true;
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
