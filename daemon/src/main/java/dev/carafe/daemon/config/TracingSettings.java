package dev.carafe.daemon.config;

import java.util.Optional;

/// Where spans go, and of how many requests.
///
/// @param endpoint of the collector: address and port
/// @param perMillion of requests whose caller doesn't decide it
public record TracingSettings(String endpoint, long perMillion) {
    public static final long ALL = 1_000_000;

    public TracingSettings {
        if (endpoint.isEmpty() || perMillion < 0 || perMillion > ALL) {
            throw new IllegalArgumentException("not a place and a rate: " + endpoint + ", " + perMillion);
        }
    }

    /// Empty when nothing is traced.
    static Optional<TracingSettings> of(Values values) {
        return values.get(TracingKeys.ENABLE_TRACING)
                ? Optional.of(new TracingSettings(
                        values.get(TracingKeys.TRACING_ENDPOINT),
                        values.get(TracingKeys.TRACING_SAMPLING_RATE_PER_MILLION)))
                : Optional.empty();
    }
}
