package dev.carafe.engine;

import java.time.Instant;
import java.time.InstantSource;

/// A clock that nobody sets, for waits and ages: its instants are of no day, only how far they are apart means
/// something, and only until the process ends. Safe for all threads.
public final class SteadyClock implements InstantSource {
    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(System.nanoTime());
    }
}
