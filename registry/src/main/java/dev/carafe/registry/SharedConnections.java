package dev.carafe.registry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// The HTTP/2 connections there are. Small answers share them; of layers, where a registry wants them to come this way,
/// each connection carries one at a time, so that none waits behind another's lost packets. Safe for all threads.
final class SharedConnections {
    /// Of ours on one connection, where the registry allows more.
    private static final int MOST_STREAMS = 64;

    private static final int MOST_IDLE = 16;

    private final ReentrantLock lock = new ReentrantLock();

    /// Not more than connections are allowed at once.
    private final Map<Http2Connection, Use> uses = new LinkedHashMap<>();

    private static final class Use {
        private int streams;
        private int largeStreams;
        private int mostStreams = MOST_STREAMS;
        private boolean isRetired;
        private long idleSinceNanos;

        private boolean hasRoomFor(Content content) {
            return !isRetired && streams < mostStreams && (!content.isLarge() || largeStreams == 0);
        }

        private void begin(Content content) {
            streams++;
            largeStreams += content.isLarge() ? 1 : 0;
        }

        private void end(Content content) {
            streams--;
            largeStreams -= content.isLarge() ? 1 : 0;
            idleSinceNanos = System.nanoTime();
        }

        private boolean isIdle() {
            return streams == 0;
        }
    }

    /// One for an exchange, which it counts from now on.
    Optional<Http2Connection> take(Route route, Content content) {
        lock.lock();
        try {
            for (var entry : uses.entrySet()) {
                if (entry.getKey().route().equals(route) && entry.getValue().hasRoomFor(content)) {
                    entry.getValue().begin(content);
                    return Optional.of(entry.getKey());
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// A new one, with its first exchange.
    void add(Http2Connection connection, Content content) {
        lock.lock();
        try {
            var use = new Use();
            use.begin(content);
            uses.put(connection, use);
        } finally {
            lock.unlock();
        }
    }

    /// How many exchanges at once the registry allows.
    void limit(Http2Connection connection, long mostStreams) {
        lock.lock();
        try {
            var use = uses.get(connection);
            if (use != null) {
                use.mostStreams = (int) Math.min(MOST_STREAMS, mostStreams);
            }
        } finally {
            lock.unlock();
        }
    }

    /// An exchange is over. A connection that nobody needs is closed now, or in a while.
    void release(Http2Connection connection, Content content) {
        if (isKeptAfter(connection, content)) {
            var idle = IdleConnections.LONGEST_IDLE;
            var _ = connection
                    .channel()
                    .eventLoop()
                    .schedule(() -> closeIfIdle(connection, idle), idle.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            closeIfIdle(connection, Duration.ZERO);
        }
    }

    private boolean isKeptAfter(Http2Connection connection, Content content) {
        lock.lock();
        try {
            var use = uses.get(connection);
            if (use == null) {
                return false;
            }
            use.end(content);
            return !use.isRetired && uses.values().stream().filter(Use::isIdle).count() <= MOST_IDLE;
        } finally {
            lock.unlock();
        }
    }

    private boolean closeIfIdle(Http2Connection connection, Duration idleFor) {
        lock.lock();
        try {
            var use = uses.get(connection);
            if (use != null && !(use.isIdle() && System.nanoTime() - use.idleSinceNanos >= idleFor.toNanos())) {
                return false;
            }
            uses.remove(connection);
        } finally {
            lock.unlock();
        }
        var _ = connection.channel().close();
        return true;
    }

    /// Makes room for a connection to somewhere else.
    void closeOne() {
        for (var connection : all()) {
            if (closeIfIdle(connection, Duration.ZERO)) {
                return;
            }
        }
    }

    private List<Http2Connection> all() {
        lock.lock();
        try {
            return List.copyOf(uses.keySet());
        } finally {
            lock.unlock();
        }
    }

    /// Gives it no further exchanges, and closes it after those it has.
    void retire(Http2Connection connection) {
        lock.lock();
        try {
            var use = uses.get(connection);
            if (use != null) {
                use.isRetired = true;
            }
        } finally {
            lock.unlock();
        }
        closeIfIdle(connection, Duration.ZERO);
    }

    /// It is closed.
    void remove(Http2Connection connection) {
        lock.lock();
        try {
            uses.remove(connection);
        } finally {
            lock.unlock();
        }
    }
}
