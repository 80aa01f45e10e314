package dev.carafe.system;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Takes spans as an OpenTelemetry collector does: OTLP over gRPC, on a loopback port.
final class Collector implements AutoCloseable {
    private final List<ResourceSpans> received = new CopyOnWriteArrayList<>();
    private final Server server;

    private Collector(int port) throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(new TraceServiceGrpc.TraceServiceImplBase() {
                    @Override
                    public void export(
                            ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> caller) {
                        received.addAll(request.getResourceSpansList());
                        caller.onNext(ExportTraceServiceResponse.getDefaultInstance());
                        caller.onCompleted();
                    }
                })
                .build()
                .start();
    }

    /// @param port 0: any that is free
    static Collector start(int port) throws IOException {
        return new Collector(port);
    }

    int port() {
        return server.getPort();
    }

    /// The table of crio.conf that has a daemon send all spans here.
    ///
    /// @param perMillion of requests whose caller doesn't decide
    String table(int perMillion) {
        return """
                [crio.tracing]
                enable_tracing = true
                tracing_endpoint = "127.0.0.1:%d"
                tracing_sampling_rate_per_million = %d
                """.formatted(port(), perMillion);
    }

    List<ResourceSpans> received() {
        return List.copyOf(received);
    }

    List<Span> spans() {
        return received.stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    /// The latest, when it comes.
    Span await(String name) throws InterruptedException {
        Await.until(
                "a span " + name,
                () -> spans().stream().anyMatch(s -> s.getName().equals(name)));
        return spans().stream().filter(s -> s.getName().equals(name)).toList().getLast();
    }

    /// Names of the spans right below one, in the order of their beginning.
    List<String> below(Span parent) {
        return children(parent).stream().map(Span::getName).toList();
    }

    List<Span> children(Span parent) {
        return spans().stream()
                .filter(s -> s.getParentSpanId().equals(parent.getSpanId())
                        && s.getTraceId().equals(parent.getTraceId()))
                .sorted((a, b) -> Long.compare(a.getStartTimeUnixNano(), b.getStartTimeUnixNano()))
                .toList();
    }

    Span child(Span parent, String name) {
        return children(parent).stream()
                .filter(s -> s.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(parent.getName() + " has no " + name + ": " + below(parent)));
    }

    static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    static String attribute(Span span, String name) {
        return span.getAttributesList().stream()
                .filter(a -> a.getKey().equals(name))
                .map(a -> a.getValue().hasIntValue()
                        ? Long.toString(a.getValue().getIntValue())
                        : a.getValue().getStringValue())
                .collect(Collectors.joining(","));
    }

    /// All that came, in words.
    String text() {
        return received.stream()
                .map(TextFormat.printer().escapingNonAscii(false)::printToString)
                .collect(Collectors.joining());
    }

    @Override
    public void close() throws IOException {
        Cleanup.run(this::end);
    }

    private void end() throws InterruptedException {
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
}
