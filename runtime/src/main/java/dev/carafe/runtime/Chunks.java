package dev.carafe.runtime;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Direct buffers for bytes on their way, lent to who has something to read and taken back at once: what waits holds
/// none. Safe for all threads.
final class Chunks {
    static final int BYTES = 64 * 1024;

    private static final int KEPT = 8;

    private static final ArrayBlockingQueue<ByteBuffer> FREE = new ArrayBlockingQueue<>(KEPT);

    private Chunks() {}

    static ByteBuffer take() {
        @Nullable ByteBuffer free = FREE.poll();
        return free == null ? ByteBuffer.allocateDirect(BYTES) : free.clear();
    }

    static void giveBack(ByteBuffer chunk) {
        // Beyond what is kept they are left to the collector.
        var _ = FREE.offer(chunk);
    }
}
