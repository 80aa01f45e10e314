package dev.carafe.registry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// HTTP/1.1 connections that wait for their next request, for a while. Safe for all threads.
final class IdleConnections {
    /// Below what servers and the networks between allow a silent connection.
    static final Duration LONGEST_IDLE = Duration.ofSeconds(20);

    private static final int MOST_PER_ROUTE = 8;
    private static final int MOST_IN_ALL = 32;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Route, ArrayDeque<Waiting>> byRoute = new HashMap<>();
    private int count;
    private boolean closed;

    private record Waiting(Http1Connection connection, long sinceNanos) {}

    /// The one that was used last: it is the likeliest to be alive.
    Optional<Http1Connection> take(Route route) {
        lock.lock();
        try {
            var waiting = byRoute.get(route);
            if (waiting == null) {
                return Optional.empty();
            }
            var last = waiting.removeLast().connection();
            removed(route, waiting);
            return Optional.of(last);
        } finally {
            lock.unlock();
        }
    }

    /// Closes it where it is one too many.
    void add(Http1Connection connection) {
        if (!keep(connection)) {
            var _ = connection.channel().close();
            return;
        }
        var _ = connection
                .channel()
                .eventLoop()
                .schedule(() -> expire(connection), LONGEST_IDLE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean keep(Http1Connection connection) {
        lock.lock();
        try {
            if (closed || count == MOST_IN_ALL) {
                return false;
            }
            var waiting = byRoute.computeIfAbsent(connection.route(), _ -> new ArrayDeque<>());
            if (waiting.size() == MOST_PER_ROUTE) {
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
        Optional<Http1Connection> some;
        lock.lock();
        try {
            some = byRoute.keySet().stream().findAny().flatMap(this::take);
        } finally {
            lock.unlock();
        }
        some.ifPresent(connection -> {
            var _ = connection.channel().close();
        });
    }

    /// Unless it was used again meanwhile.
    private void expire(Http1Connection connection) {
        if (remove(connection, LONGEST_IDLE)) {
            var _ = connection.channel().close();
        }
    }

    void remove(Http1Connection connection) {
        remove(connection, Duration.ZERO);
    }

    private boolean remove(Http1Connection connection, Duration idleFor) {
        lock.lock();
        try {
            var waiting = byRoute.get(connection.route());
            var now = System.nanoTime();
            if (waiting == null
                    || !waiting.removeIf(w -> w.connection == connection && now - w.sinceNanos >= idleFor.toNanos())) {
                return false;
            }
            removed(connection.route(), waiting);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void removed(Route route, ArrayDeque<Waiting> waiting) {
        count--;
        if (waiting.isEmpty()) {
            byRoute.remove(route);
        }
    }

    /// Keeps none from now on. The event loop closes those there are.
    void close() {
        lock.lock();
        try {
            closed = true;
            byRoute.clear();
            count = 0;
        } finally {
            lock.unlock();
        }
    }
}
