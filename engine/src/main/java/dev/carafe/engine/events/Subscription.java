package dev.carafe.engine.events;

import dev.carafe.cri.v1.ContainerEventResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The events that one caller has not taken yet. Beyond its bounds it takes no more for good: there is
/// never a gap, the caller must be told and must list anew. Safe for all threads.
public final class Subscription implements AutoCloseable {
    private static final int MAX_EVENTS = 1024;

    /// An event has the statuses of a pod and of its containers, with annotations of a client's choice.
    private static final long MAX_BYTES = 4 * 1024 * 1024;

    private final Consumer<Subscription> closing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition came = lock.newCondition();
    private final ArrayDeque<ContainerEventResponse> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean full;

    Subscription(Consumer<Subscription> closing) {
        this.closing = closing;
    }

    void offer(ContainerEventResponse event) {
        lock.lock();
        try {
            full |= waiting.size() == MAX_EVENTS || bytes + event.getSerializedSize() > MAX_BYTES;
            if (!full) {
                waiting.add(event);
                bytes += event.getSerializedSize();
            }
            came.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for one; empty when none comes in time, or none will come any more.
    public Optional<ContainerEventResponse> next(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = patience.toNanos();
            while (waiting.isEmpty() && !full && left > 0) {
                left = came.awaitNanos(left);
            }
            var event = Optional.ofNullable(waiting.poll());
            event.ifPresent(taken -> bytes -= taken.getSerializedSize());
            return event;
        } finally {
            lock.unlock();
        }
    }

    /// Whether events are lost, which would have come after those that were taken.
    public boolean isOverrun() {
        lock.lock();
        try {
            return full;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closing.accept(this);
    }
}
