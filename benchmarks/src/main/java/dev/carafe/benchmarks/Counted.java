package dev.carafe.benchmarks;

import java.io.IOException;
import java.io.OutputStream;

/// Drops bytes and counts them.
final class Counted extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
        count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        count += length;
    }

    void require(long expected) throws IOException {
        if (count != expected) {
            throw new IOException(count + " bytes came, not " + expected);
        }
    }
}
