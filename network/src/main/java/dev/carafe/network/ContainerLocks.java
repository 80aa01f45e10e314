package dev.carafe.network;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// One operation at a time for each container, as the CNI specification demands (section 3, "Lifecycle & Ordering").
/// Containers never wait for each other. Safe for all threads.
final class ContainerLocks {
    private final ConcurrentHashMap<String, Counted> locks = new ConcurrentHashMap<>();

    /// To be released by the thread that took it.
    Held hold(String containerId) throws InterruptedException {
        var counted = locks.compute(containerId, (_, there) -> {
            var entry = there == null ? new Counted() : there;
            entry.users++;
            return entry;
        });
        try {
            counted.lock.lockInterruptibly();
        } catch (InterruptedException e) {
            leave(containerId);
            throw e;
        }
        return () -> {
            counted.lock.unlock();
            leave(containerId);
        };
    }

    private void leave(String containerId) {
        locks.computeIfPresent(containerId, (_, counted) -> --counted.users == 0 ? null : counted);
    }

    /// Closing it gives it back.
    @FunctionalInterface
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /// Its count changes only inside the map's compute.
    private static final class Counted {
        private final ReentrantLock lock = new ReentrantLock(true);
        private int users;
    }
}
