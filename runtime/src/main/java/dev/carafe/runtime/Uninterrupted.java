package dev.carafe.runtime;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Work that is done to its end on a thread of its own, however often whoever needs it is interrupted: a client that is
/// gone may be told of more than once.
final class Uninterrupted {
    private Uninterrupted() {}

    @FunctionalInterface
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    /// Takes back what has failed for that reason, which learns of what can't be taken back.
    static void undo(Throwable why, Work work) {
        try {
            run("taking back", work);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    /// Returns when it is done; an interrupt that came meanwhile is kept for the caller.
    static void run(String name, Work work) throws IOException {
        var task = new FutureTask<>(() -> {
            work.run();
            return true;
        });
        Thread.ofVirtual().name(name).start(task);
        var isInterrupted = false;
        try {
            while (true) {
                try {
                    var _ = task.get();
                    return;
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new IOException(task.exceptionNow().getMessage(), e);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
