package dev.carafe.runtime;

import java.time.Duration;

/// A time that several waits share.
///
/// @param nanos on [System#nanoTime()]
record Deadline(long nanos, Duration total) {
    /// Longer than hosts run.
    static final Duration NO_LIMIT = Duration.ofDays(10_000);

    static Deadline in(Duration total) {
        return new Deadline(System.nanoTime() + total.toNanos(), total);
    }

    /// Zero when it is over.
    Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
    }

    boolean isOver() {
        return left().isZero();
    }
}
