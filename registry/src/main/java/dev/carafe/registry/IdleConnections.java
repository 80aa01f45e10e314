package dev.carafe.registry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Connections that wait for their next request, for a while. Safe for all threads.
final class IdleConnections {
    /// Below what servers and the networks between allow a silent connection.
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(20);

    private static final int MOST_PER_ORIGIN = 8;
    private static final int MOST_IN_ALL = 32;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Origin, ArrayDeque<Waiting>> byOrigin = new HashMap<>();
    private int count;
    private boolean closed;

    private record Waiting(Connection connection, long sinceNanos) {}

    /// The one that was used last: it is the likeliest to be alive.
    Optional<Connection> take(Origin origin) {
        lock.lock();
        try {
            var waiting = byOrigin.get(origin);
            if (waiting == null) {
                return Optional.empty();
            }
            var last = waiting.removeLast().connection();
            removed(origin, waiting);
            return Optional.of(last);
        } finally {
            lock.unlock();
        }
    }

    /// Closes it where it is one too many.
    void add(Connection connection) {
        if (!keep(connection)) {
            var _ = connection.channel().close();
            return;
        }
        var _ = connection
                .channel()
                .eventLoop()
                .schedule(() -> expire(connection), LONGEST_IDLE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean keep(Connection connection) {
        lock.lock();
        try {
            if (closed || count == MOST_IN_ALL) {
                return false;
            }
            var waiting = byOrigin.computeIfAbsent(connection.origin(), _ -> new ArrayDeque<>());
            if (waiting.size() == MOST_PER_ORIGIN) {
                return false;
            }
            waiting.add(new Waiting(connection, System.nanoTime()));
            count++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Makes room for a connection to somewhere else.
    void closeOne() {
        Optional<Connection> some;
        lock.lock();
        try {
            some = byOrigin.keySet().stream().findAny().flatMap(this::take);
        } finally {
            lock.unlock();
        }
        some.ifPresent(connection -> {
            var _ = connection.channel().close();
        });
    }

    /// Unless it was used again meanwhile.
    private void expire(Connection connection) {
        if (remove(connection, LONGEST_IDLE)) {
            var _ = connection.channel().close();
        }
    }

    void remove(Connection connection) {
        remove(connection, Duration.ZERO);
    }

    private boolean remove(Connection connection, Duration idleFor) {
        lock.lock();
        try {
            var waiting = byOrigin.get(connection.origin());
            var now = System.nanoTime();
            if (waiting == null
                    || !waiting.removeIf(w -> w.connection == connection && now - w.sinceNanos >= idleFor.toNanos())) {
                return false;
            }
            removed(connection.origin(), waiting);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void removed(Origin origin, ArrayDeque<Waiting> waiting) {
        count--;
        if (waiting.isEmpty()) {
            byOrigin.remove(origin);
        }
    }

    /// Keeps none from now on. The event loop closes those there are.
    void close() {
        lock.lock();
        try {
            closed = true;
            byOrigin.clear();
            count = 0;
        } finally {
            lock.unlock();
        }
    }
}
