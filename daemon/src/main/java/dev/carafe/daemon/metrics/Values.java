package dev.carafe.daemon.metrics;

import java.util.List;
import java.util.TreeMap;

/// A counter or a gauge, a number for each combination of its labels' values.
final class Values implements Family {
    /// Combinations that are kept apart. Further ones share one, whose labels' values are all [#OTHERS].
    static final int MAX_SERIES = 1000;

    static final String OTHERS = "(others)";

    private final String name;
    private final String type;
    private final String help;
    private final List<String> labels;

    /// Guarded by this. By the values with NUL between them: so they are in order.
    private final TreeMap<String, Series> series = new TreeMap<>();

    private static final class Series {
        private final List<String> values;
        private double number;

        Series(List<String> values) {
            this.values = values;
        }
    }

    private Values(String name, String type, String help, List<String> labels) {
        this.name = name;
        this.type = type;
        this.help = help;
        this.labels = labels;
    }

    static Values counter(String name, String help, String... labels) {
        return new Values(name, "counter", help, List.of(labels));
    }

    static Values gauge(String name, String help, String... labels) {
        return new Values(name, "gauge", help, List.of(labels));
    }

    void add(double amount, String... values) {
        synchronized (this) {
            find(List.of(values)).number += amount;
        }
    }

    void set(double number, String... values) {
        synchronized (this) {
            find(List.of(values)).number = number;
        }
    }

    synchronized void clear() {
        series.clear();
    }

    private Series find(List<String> values) {
        if (values.size() != labels.size()) {
            throw new IllegalArgumentException(name + " has the labels " + labels);
        }
        var key = String.join("\0", values);
        var found = series.get(key);
        if (found != null) {
            return found;
        }
        var kept = series.size() < MAX_SERIES
                ? values
                : labels.stream().map(_ -> OTHERS).toList();
        return series.computeIfAbsent(String.join("\0", kept), _ -> new Series(kept));
    }

    @Override
    public synchronized void write(Exposition to) {
        to.family(name, type, help);
        series.values().forEach(one -> to.sample(name, labels, one.values, one.number));
    }
}
