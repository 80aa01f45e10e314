package dev.carafe.streaming;

import java.util.concurrent.atomic.AtomicInteger;

/// The bytes that all streams of a server hold together: plenty for each as long as few are behind, little for each
/// when
/// many are, so that the slow can't take the process's buffers from the others. Safe for all threads.
final class Budget {
    /// A quarter of the direct memory that a daemon has.
    private static final int PLENTY_BYTES = 16 * 1024 * 1024;

    private final AtomicInteger held = new AtomicInteger();

    void take(int bytes) {
        held.addAndGet(bytes);
    }

    void giveBack(int bytes) {
        held.addAndGet(-bytes);
    }

    boolean isTight() {
        return held.get() > PLENTY_BYTES;
    }
}
