package dev.carafe.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.concurrent.Semaphore;

/// The uncompressed tar of a layer, digested as it passes. Its bytes are lent from one buffer, so that file
/// content is copied nowhere between the decoder and write(2). The compression is what the first bytes say:
/// registries are full of layers under a wrong media type, and the diffID is the judge of the result. For one
/// thread, whose interrupt ends it.
final class LayerStream implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;
    /// Below it the ratio says little: a file of zeros is no attack.
    private static final long RATIO_FREE_BYTES = 1L << 30;

    private final CompressedInput compressed;
    private final InputStream decoded;
    private final MessageDigest digest;
    private final LayerLimits limits;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long total;
    private boolean ended;

    /// @param source stays the caller's to close
    /// @param largeWindow see [ZstdInput#open]
    LayerStream(InputStream source, MessageDigest digest, LayerLimits limits, Semaphore largeWindow)
            throws IOException {
        this.digest = digest;
        this.limits = limits;
        compressed = new CompressedInput(source);
        decoded = decoder(compressed, largeWindow);
    }

    private static InputStream decoder(CompressedInput compressed, Semaphore largeWindow) throws IOException {
        var head = compressed.head();
        if (GzipInput.begins(head)) {
            return new GzipInput(compressed);
        }
        return ZstdFrame.begins(head) ? ZstdInput.open(compressed, largeWindow) : compressed;
    }

    /// Makes at least one byte available; false at the end of the tar's stream.
    boolean fill() throws IOException {
        if (position < limit) {
            return true;
        }
        if (ended) {
            return false;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while unpacking");
        }
        position = 0;
        limit = Math.max(0, decoded.read(buffer, 0, buffer.length));
        if (limit == 0) {
            ended = true;
            return false;
        }
        digest.update(buffer, 0, limit);
        total += limit;
        check();
        return true;
    }

    private void check() throws BadLayerException {
        if (total > limits.maximumBytes()) {
            throw new BadLayerException("layer is larger than " + limits.maximumBytes() + " bytes");
        }
        if (total > RATIO_FREE_BYTES && total / limits.maximumRatio() > compressed.count()) {
            throw new BadLayerException("decompression bomb: " + compressed.count() + " bytes became " + total);
        }
    }

    byte[] buffer() {
        return buffer;
    }

    int position() {
        return position;
    }

    int available() {
        return limit - position;
    }

    void consume(int count) {
        position += count;
    }

    /// Reads to the end of both streams, so that whoever checks the compressed one has seen all of it.
    byte[] digestOfAll() throws IOException {
        position = limit;
        while (fill()) {
            position = limit;
        }
        if (compressed.read() >= 0) {
            throw new BadLayerException("bytes follow the end of the compressed layer");
        }
        return digest.digest();
    }

    @Override
    public void close() throws IOException {
        decoded.close();
    }
}
