package dev.carafe.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Durations of the same work, in the order in which they were measured. For one thread.
final class Samples {
    private final List<Duration> values = new ArrayList<>();

    void add(Duration value) {
        values.add(value);
    }

    /// The smallest value that at least `percent` of the samples do not exceed.
    Duration percentile(int percent) {
        var sorted = values.stream().sorted().toList();
        var rank = Math.ceilDiv(sorted.size() * percent, 100);
        return sorted.get(Math.max(0, rank - 1));
    }

    double millis(int percent) {
        return millis(percentile(percent));
    }

    int count() {
        return values.size();
    }

    static double millis(Duration value) {
        return value.toNanos() / 1e6;
    }
}
