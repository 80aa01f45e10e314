package dev.carafe.runtime;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Direct buffers for bytes on their way, lent to who has something to read and taken back at once: what waits for
/// bytes holds none. Whose peer is slow keeps one for as long, so beyond a few they are small ones: a thousand such
/// streams hold some 15 MiB. Safe for all threads.
final class Chunks {
    /// For all streams of the process.
    static final Chunks SHARED = new Chunks();

    static final int BYTES = 64 * 1024;

    /// A packet of conmon's has up to 8,193 bytes, and what has no room of one is lost.
    static final int SMALL_BYTES = 12 * 1024;

    /// About as many are lent at once before small ones are.
    static final int LARGE = 64;

    private static final int KEPT = 8;

    private final ArrayBlockingQueue<ByteBuffer> large = new ArrayBlockingQueue<>(KEPT);
    private final ArrayBlockingQueue<ByteBuffer> small = new ArrayBlockingQueue<>(KEPT);
    private final AtomicInteger lent = new AtomicInteger();

    ByteBuffer take() {
        var isLarge = lent.get() < LARGE;
        @Nullable ByteBuffer free = (isLarge ? large : small).poll();
        var chunk = free == null ? ByteBuffer.allocateDirect(isLarge ? BYTES : SMALL_BYTES) : free.clear();
        lent.incrementAndGet();
        return chunk;
    }

    void giveBack(ByteBuffer chunk) {
        lent.decrementAndGet();
        // Beyond what is kept they are left to the collector.
        var _ = (chunk.capacity() == BYTES ? large : small).offer(chunk);
    }
}
