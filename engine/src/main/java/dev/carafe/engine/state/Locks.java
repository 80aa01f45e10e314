package dev.carafe.engine.state;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// One writer per object: a pod's own verbs hold it alone, what happens inside the pod shares it. Objects never
/// wait for each other. Safe for all threads; released by the thread that took it.
public final class Locks<I> {
    private final ConcurrentHashMap<I, Counted> locks = new ConcurrentHashMap<>();

    /// Alone.
    public Held hold(I id) throws InterruptedException {
        return take(id, counted(id).lock.writeLock());
    }

    /// Beside others that share it.
    public Held share(I id) throws InterruptedException {
        return take(id, counted(id).lock.readLock());
    }

    private Counted counted(I id) {
        return locks.compute(id, (_, there) -> {
            var counted = there == null ? new Counted() : there;
            counted.users++;
            return counted;
        });
    }

    private Held take(I id, Lock lock) throws InterruptedException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            release(id);
            throw e;
        }
        return () -> {
            lock.unlock();
            release(id);
        };
    }

    private void release(I id) {
        locks.computeIfPresent(id, (_, counted) -> --counted.users == 0 ? null : counted);
    }

    /// Closing it gives it back.
    @FunctionalInterface
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /// Its count changes only inside the map's compute.
    private static final class Counted {
        private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
        private int users;
    }
}
