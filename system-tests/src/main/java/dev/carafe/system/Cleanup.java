package dev.carafe.system;

import java.io.IOException;
import java.io.InterruptedIOException;

/// What a `close()` does, which can't be told that it was interrupted in any other way.
final class Cleanup {
    private Cleanup() {}

    static void run(Work work) throws IOException {
        try {
            work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while cleaning up").initCause(e);
        }
    }

    @FunctionalInterface
    interface Work {
        void run() throws IOException, InterruptedException;
    }
}
