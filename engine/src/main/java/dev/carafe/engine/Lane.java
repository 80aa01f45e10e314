package dev.carafe.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Work of one kind: so much of it at once, and the rest waits in the order in which it came. Too much of that is
/// refused, so that callers without patience can't fill the memory. The watchdog sees all of it. Safe for all
/// threads.
public final class Lane {
    /// Many times what a node's kubelet asks for.
    private static final int MOST_WAITING = 4096;

    private final String what;
    private final Semaphore places;
    private final Duration patience;
    private final Watchdog watchdog;
    private final AtomicInteger present = new AtomicInteger();
    private final int most;

    /// @param what the kind, as the log and errors name it
    /// @param patience after which the watchdog tells of work
    Lane(String what, int atOnce, Duration patience, Watchdog watchdog) {
        this.what = what;
        this.places = new Semaphore(atOnce, true);
        this.patience = patience;
        this.watchdog = watchdog;
        this.most = atOnce + MOST_WAITING;
    }

    /// Does the work on this thread once there is a place for it.
    ///
    /// @throws Unavailable when too much waits already
    public <R> R run(Object subject, Callable<R> work) throws Exception {
        if (present.incrementAndGet() > most) {
            present.decrementAndGet();
            throw new Unavailable(
                    "too much is asked for at once: " + MOST_WAITING + " others wait to " + what + " already");
        }
        try (var _ = watchdog.begin(what, subject, patience)) {
            places.acquire();
            try {
                return work.call();
            } finally {
                places.release();
            }
        } finally {
            present.decrementAndGet();
        }
    }

    /// The same for what fails as the engine's calls do.
    public <R> R runIo(Object subject, IoWork<R> work) throws IOException, InterruptedException {
        try {
            return run(subject, work::run);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Of one of the engine's calls.
    @FunctionalInterface
    public interface IoWork<R> {
        R run() throws IOException, InterruptedException;
    }
}
