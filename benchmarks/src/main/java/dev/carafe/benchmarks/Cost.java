package dev.carafe.benchmarks;

import java.time.Duration;

/// What a piece of work took.
///
/// @param cpu of all its threads and processes
record Cost(Duration wall, Duration cpu) {
    double wallSeconds() {
        return wall.toNanos() / 1e9;
    }

    double cpuSeconds() {
        return cpu.toNanos() / 1e9;
    }
}
