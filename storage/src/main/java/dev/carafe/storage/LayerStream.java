package dev.carafe.storage;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// The uncompressed tar of a layer, digested as it passes. Its bytes are lent from one buffer, so that file
/// content is copied nowhere between the decoder and write(2). The compression is what the first bytes say:
/// registries are full of layers under a wrong media type, and the diffID is the judge of the result. For one
/// thread.
final class LayerStream implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final long GZIP_MAGIC = 0x8b1f;
    private static final long ZSTD_MAGIC = 0xfd2fb528L;
    private static final long ZSTD_SKIPPABLE_MAGIC = 0x184d2a50;
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

    LayerStream(InputStream source, MessageDigest digest, LayerLimits limits) throws IOException {
        this.digest = digest;
        this.limits = limits;
        compressed = new CompressedInput(source);
        decoded = decoder(compressed);
    }

    private static InputStream decoder(CompressedInput compressed) throws IOException {
        var magic = compressed.magic();
        if ((magic & 0xffff) == GZIP_MAGIC) {
            return new GzipInput(compressed);
        }
        if (magic == ZSTD_MAGIC || (magic & ~0xfL) == ZSTD_SKIPPABLE_MAGIC) {
            return new ZstdInputStreamNoFinalizer(compressed);
        }
        return compressed;
    }

    /// Makes at least one byte available; false at the end of the tar's stream.
    boolean fill() throws IOException {
        if (position < limit) {
            return true;
        }
        if (ended) {
            return false;
        }
        position = 0;
        limit = Math.max(0, decode());
        if (limit == 0) {
            ended = true;
            return false;
        }
        digest.update(buffer, 0, limit);
        total += limit;
        check();
        return true;
    }

    private int decode() throws IOException {
        try {
            var n = 0;
            do {
                n = decoded.read(buffer, 0, buffer.length);
            } while (n == 0);
            return n;
        } catch (ZstdIOException e) {
            throw new BadLayerException("zstd: " + e.getMessage(), e);
        }
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
