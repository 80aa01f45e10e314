package dev.carafe.linux;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Platform threads made for one piece of work and then ended. For kernel calls that can block for long, since
/// virtual threads share a few carriers and a blocked call holds one; and for calls that change their thread.
final class OwnThread {
    private OwnThread() {}

    /// Always on a thread of its own. The work can't be interrupted: its end is waited for, and the caller's
    /// interrupt stays set.
    static <T> T call(String name, IoCallable<T> work) throws IOException {
        var task = new FutureTask<T>(work::call);
        Thread.ofPlatform().name(name).daemon(true).start(task);
        var interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw rethrown(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// On a thread of its own where the caller is a virtual thread; a platform thread may block as it is.
    static <T> T blocking(String name, IoCallable<T> work) throws IOException {
        return Thread.currentThread().isVirtual() ? call(name, work) : work.call();
    }

    private static IOException rethrown(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> throw new AssertionError(cause);
        };
    }
}
