package dev.carafe.engine;

import java.time.Duration;

/// What crio.conf says about telling the kubelet what pods use and what happens to them.
///
/// @param period between two samples; zero: one whenever somebody asks
/// @param events whether changes of containers are told as they happen
public record StatsSettings(Duration period, boolean events) {
    public StatsSettings {
        if (period.isNegative()) {
            throw new IllegalArgumentException("a period of " + period);
        }
    }
}
