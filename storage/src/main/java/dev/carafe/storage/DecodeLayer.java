package dev.carafe.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Reads one layer to its end, decompresses it within bounds and digests what comes out. The compression is what the
/// first bytes say: registries are full of layers under a wrong media type, and the diffID is the judge of the
/// result.
///
/// @param limits on what may come out
/// @param largeWindow see [ZstdDecoder#open]
/// @param inflaters makes one for each gzip layer
record DecodeLayer(MessageDigest digest, LayerLimits limits, Semaphore largeWindow, Supplier<RawInflater> inflaters) {
    /// What is read of a damaged layer beyond the damage, to let whoever checks the source say what it thinks of it.
    private static final long MAXIMUM_REST_BYTES = 16 << 20;

    /// Fills blocks until the end or a failure, and says which.
    void run(InputStream source, BlockRing ring) {
        try {
            var compressed = new CompressedInput(source);
            try {
                decode(compressed, ring);
            } catch (BadLayerException e) {
                throw explained(e, compressed);
            }
        } catch (InterruptedException _) {
            ring.put(new BlockRing.Failed(new InterruptedIOException("interrupted while unpacking")));
        } catch (IOException | RuntimeException | Error e) {
            ring.put(new BlockRing.Failed(e));
        }
    }

    private void decode(CompressedInput compressed, BlockRing ring) throws IOException, InterruptedException {
        try (var decoder = decoder(compressed)) {
            var total = 0L;
            for (var isMore = true; isMore; ) {
                var block = ring.empty();
                isMore = fill(block, decoder);
                digest.update(block.flip());
                total += block.limit();
                check(total, compressed.count());
                if (block.rewind().hasRemaining()) {
                    ring.put(new BlockRing.Filled(block));
                }
            }
        }
        if (compressed.read() >= 0) {
            throw new BadLayerException("bytes follow the end of the compressed layer");
        }
        ring.put(new BlockRing.End(HexFormat.of().formatHex(digest.digest())));
    }

    private Decoder decoder(CompressedInput compressed) throws IOException {
        var head = compressed.head();
        if (GzipDecoder.begins(head)) {
            return new GzipDecoder(compressed, inflaters.get());
        }
        return ZstdFrame.begins(head) ? ZstdDecoder.open(compressed, largeWindow) : new PlainDecoder(compressed);
    }

    /// Up to its end.
    ///
    /// @return false at the layer's end
    private static boolean fill(ByteBuffer block, Decoder decoder) throws IOException {
        while (block.hasRemaining()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while unpacking");
            }
            if (!decoder.decode(block)) {
                return false;
            }
        }
        return true;
    }

    private void check(long total, long compressed) throws BadLayerException {
        if (total > limits.maximumBytes()) {
            throw new BadLayerException("layer is larger than " + limits.maximumBytes() + " bytes");
        }
        if (total > limits.ratioFreeBytes() && total / limits.maximumRatio() > compressed) {
            throw new BadLayerException("decompression bomb: " + compressed + " bytes became " + total);
        }
    }

    /// Where the source itself is not what it should be, that is the reason.
    private static IOException explained(BadLayerException damage, CompressedInput compressed) {
        try {
            for (var left = MAXIMUM_REST_BYTES; left > 0; ) {
                var skipped = compressed.skip(left);
                if (skipped <= 0) {
                    break;
                }
                left -= skipped;
            }
            return damage;
        } catch (IOException e) {
            e.addSuppressed(damage);
            return e;
        }
    }
}
