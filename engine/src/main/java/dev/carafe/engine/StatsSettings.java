package dev.carafe.engine;

import java.time.Duration;
import java.util.Set;

/// What crio.conf says about telling the kubelet what pods use and what happens to them.
///
/// @param period between two samples; zero: one whenever somebody asks
/// @param events whether changes of containers are told as they happen
/// @param metrics which are told beside when a container was last seen
public record StatsSettings(Duration period, boolean events, Set<MetricGroup> metrics) {
    public StatsSettings {
        if (period.isNegative()) {
            throw new IllegalArgumentException("a period of " + period);
        }
        metrics = Set.copyOf(metrics);
    }
}
