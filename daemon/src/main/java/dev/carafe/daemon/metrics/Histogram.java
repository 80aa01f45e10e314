package dev.carafe.daemon.metrics;

import java.util.List;

/// How many observations were at most how large.
final class Histogram implements Family {
    private static final List<String> LABELS = List.of("le");

    private final String name;
    private final String help;
    private final List<Long> bounds;

    /// Guarded by this; the last is for what is larger than every bound.
    private final long[] counts;

    private double sum;

    /// @param bounds ascending
    Histogram(String name, String help, List<Long> bounds) {
        this.name = name;
        this.help = help;
        this.bounds = List.copyOf(bounds);
        this.counts = new long[bounds.size() + 1];
    }

    void observe(long value) {
        synchronized (this) {
            counts[bucket(value)]++;
            sum += value;
        }
    }

    private int bucket(long value) {
        var at = 0;
        while (at < bounds.size() && value > bounds.get(at)) {
            at++;
        }
        return at;
    }

    /// The bound that the value is not above.
    String bound(long value) {
        var at = bucket(value);
        return at == bounds.size() ? "+Inf" : Long.toString(bounds.get(at));
    }

    @Override
    public synchronized void write(Exposition to) {
        to.family(name, "histogram", help);
        var below = 0L;
        for (var i = 0; i < counts.length; i++) {
            below += counts[i];
            var bound = i == bounds.size() ? "+Inf" : Long.toString(bounds.get(i));
            to.sample(name + "_bucket", LABELS, List.of(bound), (double) below);
        }
        to.sample(name + "_sum", sum);
        to.sample(name + "_count", (double) below);
    }
}
