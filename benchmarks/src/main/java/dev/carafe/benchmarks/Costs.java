package dev.carafe.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Costs of the same work, of which the median counts. For one thread.
final class Costs {
    private final List<Cost> values = new ArrayList<>();

    void add(Cost cost) {
        values.add(cost);
    }

    /// In seconds.
    double wall() {
        return median(Cost::wallSeconds);
    }

    /// In seconds.
    double cpu() {
        return median(Cost::cpuSeconds);
    }

    private double median(ToDoubleFunction<Cost> what) {
        var sorted = values.stream().mapToDouble(what).sorted().toArray();
        return sorted[(sorted.length - 1) / 2];
    }
}
