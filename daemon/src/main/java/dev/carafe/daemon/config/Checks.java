package dev.carafe.daemon.config;

import java.util.HashSet;
import java.util.Set;

/// What can be wrong when every value by itself is right, and the warnings for values that don't do what they
/// say. Nothing of the host is looked at here.
final class Checks {
    private final Document document;
    private final Values values;
    private final Findings findings;

    Checks(Document document, Findings findings) {
        this.document = document;
        this.values = document.values();
        this.findings = findings;
    }

    void run() {
        standings();
        streaming();
        metrics();
        tracing();
        defaultRuntime();
        document.handlers().forEach(this::handler);
        document.workloads().forEach(this::workload);
        podMetrics();
        if (values.get(RuntimeKeys.CTR_STOP_TIMEOUT) < RuntimeKeys.CTR_STOP_TIMEOUT.standard()) {
            findings.warn(
                    values.origin(RuntimeKeys.CTR_STOP_TIMEOUT),
                    RuntimeKeys.CTR_STOP_TIMEOUT.path() + " is raised to " + RuntimeKeys.CTR_STOP_TIMEOUT.standard());
        }
    }

    /// One warning a key, however often it was named.
    private void standings() {
        var warned = new HashSet<Key<?>>();
        for (var table : Tables.ALL) {
            if (!table.isNamed()) {
                standings(table, values, warned);
            }
        }
        standings(CommandLineKeys.TABLE, values, warned);
        document.handlers().values().forEach(handler -> standings(HandlerKeys.TABLE, handler, warned));
        for (var workload : document.workloads().values()) {
            standings(WorkloadKeys.TABLE, workload, warned);
            standings(WorkloadKeys.RESOURCES, workload, warned);
        }
    }

    private void standings(Table table, Values set, Set<Key<?>> warned) {
        for (var key : table.keys()) {
            if (set.isSet(key) && !key.warning().isEmpty() && warned.add(key)) {
                findings.warn(set.origin(key), key.path() + " " + key.warning());
            }
        }
    }

    private void streaming() {
        if (values.get(ApiKeys.STREAM_ENABLE_TLS)
                && (values.get(ApiKeys.STREAM_TLS_CERT).isEmpty()
                        || values.get(ApiKeys.STREAM_TLS_KEY).isEmpty())) {
            findings.wrong(
                    values.origin(ApiKeys.STREAM_ENABLE_TLS),
                    ApiKeys.STREAM_ENABLE_TLS.path() + " needs " + ApiKeys.STREAM_TLS_CERT.name() + " and "
                            + ApiKeys.STREAM_TLS_KEY.name());
        }
    }

    /// One of the two alone would mean metrics without TLS.
    private void metrics() {
        var certificate = values.get(MetricsKeys.METRICS_CERT).isEmpty();
        if (certificate != values.get(MetricsKeys.METRICS_KEY).isEmpty()) {
            var lone = certificate ? MetricsKeys.METRICS_KEY : MetricsKeys.METRICS_CERT;
            var missing = certificate ? MetricsKeys.METRICS_CERT : MetricsKeys.METRICS_KEY;
            findings.wrong(values.origin(lone), lone.path() + " needs " + missing.name());
        }
    }

    private void tracing() {
        if (values.get(TracingKeys.ENABLE_TRACING)
                && values.get(TracingKeys.TRACING_ENDPOINT).isEmpty()) {
            findings.wrong(
                    values.origin(TracingKeys.ENABLE_TRACING),
                    TracingKeys.ENABLE_TRACING.path() + " needs " + TracingKeys.TRACING_ENDPOINT.name());
        }
    }

    private void defaultRuntime() {
        var name = values.get(RuntimeKeys.DEFAULT_RUNTIME);
        if (!document.handlers().containsKey(name) && !Handlers.BUILT_IN.contains(name)) {
            findings.wrong(
                    values.origin(RuntimeKeys.DEFAULT_RUNTIME),
                    RuntimeKeys.DEFAULT_RUNTIME.path() + " names " + Toml.shownName(name) + ", but there is no table ["
                            + HandlerKeys.TABLE_OF_TABLES + "." + Toml.key(name) + "]");
        }
    }

    private void handler(String name, Values handler) {
        var type = handler.get(HandlerKeys.RUNTIME_TYPE);
        if (handler.get(HandlerKeys.NO_SYNC_LOG) && !type.equals("oci")) {
            onlyWith(handler, HandlerKeys.NO_SYNC_LOG, name, "oci");
        }
        if (handler.get(HandlerKeys.STREAM_WEBSOCKETS) && !type.equals("pod")) {
            onlyWith(handler, HandlerKeys.STREAM_WEBSOCKETS, name, "pod");
        }
        if (!handler.get(HandlerKeys.RUNTIME_CONFIG_PATH).isEmpty() && !type.equals("vm")) {
            onlyWith(handler, HandlerKeys.RUNTIME_CONFIG_PATH, name, "vm");
        }
        var timeout = handler.get(HandlerKeys.CONTAINER_CREATE_TIMEOUT);
        if (timeout > 0 && timeout < HandlerKeys.MIN_CREATE_TIMEOUT_SECONDS) {
            findings.warn(
                    handler.origin(HandlerKeys.CONTAINER_CREATE_TIMEOUT),
                    path(name, HandlerKeys.CONTAINER_CREATE_TIMEOUT) + " is raised to "
                            + HandlerKeys.MIN_CREATE_TIMEOUT_SECONDS);
        }
    }

    private static String path(String handler, Key<?> key) {
        return HandlerKeys.TABLE_OF_TABLES + "." + Toml.key(handler) + "." + key.name();
    }

    private void onlyWith(Values handler, Key<?> key, String name, String type) {
        findings.wrong(
                handler.origin(key), path(name, key) + " is only allowed with runtime_type " + Toml.quoted(type));
    }

    private void workload(String name, Values workload) {
        if (workload.get(WorkloadKeys.ACTIVATION_ANNOTATION).isEmpty()) {
            findings.wrong(
                    workload.origin(WorkloadKeys.ACTIVATION_ANNOTATION),
                    WorkloadKeys.TABLE_OF_TABLES + "." + name + " needs an "
                            + WorkloadKeys.ACTIVATION_ANNOTATION.name());
        }
    }

    private void podMetrics() {
        var included = values.get(StatsKeys.INCLUDED_POD_METRICS);
        if (included.size() > 1 && included.contains(StatsKeys.ALL_METRICS)) {
            findings.wrong(
                    values.origin(StatsKeys.INCLUDED_POD_METRICS),
                    StatsKeys.INCLUDED_POD_METRICS.path() + " must have \"all\" alone, or not at all");
        }
    }
}
