package dev.carafe.storage;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Runs work that computes and calls the kernel for long on a platform thread made for it: virtual threads share
/// a few carriers, and such work would keep all others of the daemon from them.
final class OwnThread {
    private OwnThread() {}

    /// Waits for the work's end. An interrupt is passed on to the work, and its end is waited for all the same,
    /// since it may use what belongs to the caller.
    static <T> T call(String name, Callable<T> work) throws IOException, InterruptedException {
        var task = new FutureTask<>(work);
        var thread = Thread.ofPlatform().name(name).daemon(true).start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (InterruptedException e) {
            thread.interrupt();
            joinWhole(thread);
            throw e;
        }
    }

    private static void joinWhole(Thread thread) {
        var interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static IOException rethrown(@Nullable Throwable cause) throws InterruptedException {
        return switch (cause) {
            case IOException e -> e;
            case InterruptedException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> throw new AssertionError(cause);
        };
    }
}
