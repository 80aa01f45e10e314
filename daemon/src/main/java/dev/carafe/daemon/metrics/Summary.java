package dev.carafe.daemon.metrics;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// Quantiles of what was observed lately, by one label; sums and counts of all.
final class Summary implements Family {
    private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.99);

    /// What quantiles are made of, as in Prometheus' own client.
    private static final Duration LATELY = Duration.ofMinutes(10);

    /// Of one label's value; older ones make room.
    private static final int MAX_OBSERVATIONS = 500;

    private final String name;
    private final String help;
    private final String label;
    private final LongSupplier nanos;

    /// Guarded by this.
    private final TreeMap<String, Series> series = new TreeMap<>();

    private record Observation(long at, double value) {}

    private static final class Series {
        private final ArrayDeque<Observation> latest = new ArrayDeque<>();
        private double sum;
        private long count;
    }

    /// @param nanos a clock that only goes forward
    Summary(String name, String help, String label, LongSupplier nanos) {
        this.name = name;
        this.help = help;
        this.label = label;
        this.nanos = nanos;
    }

    void observe(String labelled, double value) {
        synchronized (this) {
            var one = series.computeIfAbsent(labelled, _ -> new Series());
            if (one.latest.size() == MAX_OBSERVATIONS) {
                one.latest.removeFirst();
            }
            one.latest.addLast(new Observation(nanos.getAsLong(), value));
            one.sum += value;
            one.count++;
        }
    }

    @Override
    public synchronized void write(Exposition to) {
        to.family(name, "summary", help);
        var now = nanos.getAsLong();
        series.forEach((labelled, one) -> {
            one.latest.removeIf(observation -> now - observation.at > LATELY.toNanos());
            var sorted =
                    one.latest.stream().mapToDouble(Observation::value).sorted().toArray();
            for (var quantile : QUANTILES) {
                to.sample(
                        name,
                        List.of(label, "quantile"),
                        List.of(labelled, quantile.toString()),
                        sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(quantile * sorted.length) - 1]);
            }
            to.sample(name + "_sum", List.of(label), List.of(labelled), one.sum);
            to.sample(name + "_count", List.of(label), List.of(labelled), (double) one.count);
        });
    }
}
