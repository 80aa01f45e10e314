package dev.carafe.daemon.config;

import java.util.List;

/// The table \[crio.metrics].
final class MetricsKeys {
    private static final Declarations KEYS = new Declarations("crio.metrics");

    static final Key<Boolean> ENABLE_METRICS =
            KEYS.bool("enable_metrics", false).built("Serve metrics for Prometheus.");
    static final Key<List<String>> METRICS_COLLECTORS = KEYS.list("metrics_collectors", Form.COLLECTOR, "all")
            .built("The metrics that are served, with or without the prefixes crio_ and container_runtime_.");
    static final Key<String> METRICS_HOST =
            KEYS.text("metrics_host", "127.0.0.1", Form.HOST).built("Address on which metrics are served.");
    static final Key<Long> METRICS_PORT =
            KEYS.integer("metrics_port", 9090, 0, 65535).built("Port on which metrics are served.");
    static final Key<String> METRICS_SOCKET = KEYS.text("metrics_socket", "", Form.PATH_OR_EMPTY)
            .built("A unix socket on which metrics are served as well.");
    static final Key<String> METRICS_CERT = KEYS.text("metrics_cert", "", Form.PATH_OR_EMPTY)
            .built("File of a certificate; with one, metrics are served with TLS.");
    static final Key<String> METRICS_KEY =
            KEYS.text("metrics_key", "", Form.PATH_OR_EMPTY).built("File of the private key of metrics_cert.");

    static final Table TABLE = KEYS.table("Metrics.");

    private MetricsKeys() {}
}
