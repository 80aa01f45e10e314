package dev.carafe.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Work that is done at once and then again after each pause, on a thread of its own, until this is closed.
public final class Repetition implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Duration pause;
    private final Work work;
    private final Thread thread;

    private Repetition(String name, Duration pause, Work work) {
        this.pause = pause;
        this.work = work;
        thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /// Deals with its own failures: what it throws ends the repetition.
    @FunctionalInterface
    public interface Work {
        void run() throws InterruptedException;
    }

    public static Repetition start(String name, Duration pause, Work work) {
        var repetition = new Repetition(name, pause, work);
        repetition.thread.start();
        return repetition;
    }

    private void run() {
        try {
            do {
                work.run();
            } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Interrupts what is under way.
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
