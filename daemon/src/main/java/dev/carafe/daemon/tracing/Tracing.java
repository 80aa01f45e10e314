package dev.carafe.daemon.tracing;

import dev.carafe.daemon.config.TracingSettings;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Traces requests, and sends their spans by OTLP over gRPC, without TLS, as CRI-O does. Callers decide which of their
/// requests are traced; of the others it is a part. Spans wait in a queue of fixed length; what finds it full is
/// dropped.
public final class Tracing implements AutoCloseable {
    /// Of the resource: existing dashboards ask for it.
    static final String SERVICE = "crio";

    private static final String SCOPE = "dev.carafe";

    /// Some MiB at the most.
    private static final int MAX_QUEUED = 2048;

    private static final int MAX_TEXT = 1024;
    private static final Duration MAX_SENDING = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// For the last spans when the daemon stops.
    private static final Duration FLUSH = Duration.ofSeconds(2);

    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /// What goes wrong is told by [TellingExporter]. Held here, because loggers that nobody holds forget their level.
    private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

    private final SdkTracerProvider provider;

    private Tracing(SdkTracerProvider provider) {
        this.provider = provider;
    }

    /// Does not wait for the collector.
    ///
    /// @param version of the daemon
    public static Tracing start(TracingSettings settings, String version) throws IOException {
        LIBRARY.setLevel(Level.OFF);
        var exporter = OtlpGrpcSpanExporter.builder()
                .setEndpoint("http://" + settings.endpoint())
                .setTimeout(MAX_SENDING)
                .build();
        return start(settings, version, new TellingExporter(exporter, settings.endpoint()));
    }

    static Tracing start(TracingSettings settings, String version, SpanExporter exporter) throws IOException {
        var processor = BatchSpanProcessor.builder(exporter)
                .setMaxQueueSize(MAX_QUEUED)
                .setScheduleDelay(PAUSE)
                .setExporterTimeout(MAX_SENDING)
                .build();
        return new Tracing(SdkTracerProvider.builder()
                .setResource(resource(version))
                .setSampler(Sampler.parentBased(
                        Sampler.traceIdRatioBased((double) settings.perMillion() / TracingSettings.ALL)))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxAttributeValueLength(MAX_TEXT)
                        .build())
                .addSpanProcessor(processor)
                .build());
    }

    private static Resource resource(String version) throws IOException {
        return Resource.getDefault()
                .merge(Resource.create(Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        SERVICE,
                        AttributeKey.stringKey("service.version"),
                        version,
                        AttributeKey.stringKey("host.name"),
                        Files.readString(HOST_NAME).strip(),
                        AttributeKey.longKey("process.pid"),
                        ProcessHandle.current().pid())));
    }

    /// Makes a span of each call.
    public ServerInterceptor interceptor() {
        return new TracedCalls(provider.get(SCOPE));
    }

    /// Sends what is left, for a moment.
    @Override
    public void close() {
        provider.shutdown().join(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
    }
}
