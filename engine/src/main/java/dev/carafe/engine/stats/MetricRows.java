package dev.carafe.engine.stats;

import dev.carafe.cri.v1.Metric;
import dev.carafe.cri.v1.UInt64Value;
import dev.carafe.engine.MetricGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// Metrics of one container or pod as they are collected; those that nobody has chosen are left out. For one thread.
final class MetricRows {
    private final Set<MetricGroup> chosen;
    private final List<String> labels;
    private final List<Metric> rows = new ArrayList<>();

    /// @param labels that all rows have
    MetricRows(Set<MetricGroup> chosen, List<String> labels) {
        this.chosen = chosen;
        this.labels = labels;
    }

    boolean has(MetricGroup group) {
        return chosen.contains(group);
    }

    /// Without a time: it was read for who asks.
    ///
    /// @param own values of the metric's own labels
    void add(PodMetric metric, long value, String... own) {
        if (metric.group().isPresent() && !chosen.contains(metric.group().get())) {
            return;
        }
        if (labels.size() + own.length != metric.labels()) {
            throw new AssertionError(metric + " with " + own.length + " labels of its own");
        }
        rows.add(Metric.newBuilder()
                .setName(metric.fullName())
                .setMetricType(metric.type())
                .addAllLabelValues(labels)
                .addAllLabelValues(List.of(own))
                .setValue(UInt64Value.newBuilder().setValue(value))
                .build());
    }

    /// Nothing for a value that is not known.
    void add(PodMetric metric, OptionalLong value, String... own) {
        value.ifPresent(known -> add(metric, known, own));
    }

    List<Metric> all() {
        return rows;
    }
}
