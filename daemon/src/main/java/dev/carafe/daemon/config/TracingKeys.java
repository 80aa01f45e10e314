package dev.carafe.daemon.config;

/// The table \[crio.tracing].
final class TracingKeys {
    private static final Declarations KEYS = new Declarations("crio.tracing");

    static final Key<Boolean> ENABLE_TRACING =
            KEYS.bool("enable_tracing", false).built("Send spans to an OpenTelemetry collector.");
    static final Key<String> TRACING_ENDPOINT = KEYS.text("tracing_endpoint", "127.0.0.1:4317", Form.ENDPOINT_OR_EMPTY)
            .built("Address of the OpenTelemetry collector, for OTLP over gRPC.");
    static final Key<Long> TRACING_SAMPLING_RATE_PER_MILLION = KEYS.integer(
                    "tracing_sampling_rate_per_million", 0, 0, TracingSettings.ALL)
            .built("How many of a million requests are traced when the caller doesn't decide it.");

    static final Table TABLE = KEYS.table("Tracing.");

    private TracingKeys() {}
}
