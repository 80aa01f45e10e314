package dev.carafe.network;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Operations on containers, one after the other on each and side by side on different ones; and, only while
/// there is none, garbage collection, as the CNI specification demands (section 3, "Lifecycle & Ordering").
/// Safe for all threads.
final class Operations {
    private final ContainerLocks containers = new ContainerLocks();
    private final ReentrantReadWriteLock all = new ReentrantReadWriteLock();

    /// To be released by the thread that took it.
    ContainerLocks.Held on(String containerId) throws InterruptedException {
        all.readLock().lockInterruptibly();
        try {
            var container = containers.hold(containerId);
            return () -> {
                container.close();
                all.readLock().unlock();
            };
        } catch (InterruptedException | RuntimeException e) {
            all.readLock().unlock();
            throw e;
        }
    }

    /// Keeps all others waiting. Empty when there is one under way: it never waits for one itself, lest a
    /// plugin that hangs would keep the pods that start from it.
    Optional<ContainerLocks.Held> alone() {
        return all.writeLock().tryLock() ? Optional.of(all.writeLock()::unlock) : Optional.empty();
    }
}
