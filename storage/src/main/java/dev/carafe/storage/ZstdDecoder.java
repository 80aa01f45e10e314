package dev.carafe.storage;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/// Zstandard (RFC 8878) of one or more frames. A frame says how much memory its decoder needs, so that is
/// bounded: every stream may have [#USUAL_WINDOW_LOG], which all levels of zstd(1) but the "ultra" ones keep; one
/// stream at a time may have up to [#MAXIMUM_WINDOW_LOG], if its first frame asks for it. For one thread.
final class ZstdDecoder implements Decoder {
    /// 8 MiB, what RFC 8878 asks of every decoder.
    static final int USUAL_WINDOW_LOG = 23;
    /// 64 MiB.
    static final int MAXIMUM_WINDOW_LOG = 26;

    private final ZstdInputStreamNoFinalizer decoder;
    private final PlainDecoder plain;
    private final Semaphore largeWindow;
    private int taken;

    private ZstdDecoder(ZstdInputStreamNoFinalizer decoder, Semaphore largeWindow, int taken) {
        this.decoder = decoder;
        plain = new PlainDecoder(decoder);
        this.largeWindow = largeWindow;
        this.taken = taken;
    }

    /// @param largeWindow has one permit, which the stream waits for if it needs it and keeps until it is closed
    static ZstdDecoder open(CompressedInput source, Semaphore largeWindow) throws IOException {
        var window = ZstdFrame.windowBytes(source.head());
        if (window < 0 || window > 1L << MAXIMUM_WINDOW_LOG) {
            throw new BadLayerException("zstd: needs a window of " + Long.toUnsignedString(window)
                    + " bytes, more than the " + (1L << MAXIMUM_WINDOW_LOG) + " there may be");
        }
        if (window <= 1L << USUAL_WINDOW_LOG) {
            return new ZstdDecoder(decoder(source, USUAL_WINDOW_LOG), largeWindow, 0);
        }
        acquire(largeWindow);
        try {
            return new ZstdDecoder(decoder(source, MAXIMUM_WINDOW_LOG), largeWindow, 1);
        } catch (IOException e) {
            largeWindow.release();
            throw e;
        }
    }

    private static void acquire(Semaphore largeWindow) throws InterruptedIOException {
        try {
            largeWindow.acquire();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for memory");
        }
    }

    private static ZstdInputStreamNoFinalizer decoder(CompressedInput source, int windowLog) throws IOException {
        return new ZstdInputStreamNoFinalizer(source).setLongMax(windowLog);
    }

    @Override
    public boolean decode(ByteBuffer target) throws IOException {
        try {
            return plain.decode(target);
        } catch (ZstdIOException e) {
            throw new BadLayerException("zstd: " + e.getMessage(), e);
        }
    }

    /// Idempotent.
    @Override
    public void close() throws IOException {
        try {
            decoder.close();
        } finally {
            largeWindow.release(taken);
            taken = 0;
        }
    }
}
