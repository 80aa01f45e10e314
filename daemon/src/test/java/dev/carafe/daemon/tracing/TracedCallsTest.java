package dev.carafe.daemon.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ExecSyncRequest;
import dev.carafe.cri.v1.ExecSyncResponse;
import dev.carafe.cri.v1.RuntimeServiceGrpc;
import dev.carafe.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import dev.carafe.cri.v1.StatusRequest;
import dev.carafe.cri.v1.VersionRequest;
import dev.carafe.cri.v1.VersionResponse;
import dev.carafe.daemon.config.TracingSettings;
import dev.carafe.engine.Phase;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A real server and client of gRPC, and a collector in this process.
class TracedCallsTest {
    private static final String SERVICE = "runtime.v1.RuntimeService/";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    private final TakenSpans collector = new TakenSpans();
    private final Tracing tracing;
    private final Server server;
    private final ManagedChannel channel;

    TracedCallsTest() throws IOException {
        tracing = Tracing.start(new TracingSettings("unused:1", 0), "1.2.3", collector);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Service())
                .intercept(tracing.interceptor())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        tracing.close();
    }

    private static final class Service extends RuntimeServiceGrpc.RuntimeServiceImplBase {
        @Override
        public void version(VersionRequest request, StreamObserver<VersionResponse> caller) {
            try {
                Phase.run("phase", () -> Phase.note("key", "x".repeat(5000)));
            } catch (IOException | InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
            caller.onNext(VersionResponse.getDefaultInstance());
            caller.onCompleted();
        }

        @Override
        public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> caller) {
            switch (request.getContainerId()) {
                case "missing" -> caller.onError(Status.NOT_FOUND.asRuntimeException());
                case "bug" -> throw new IllegalStateException("a bug");
                default -> {
                    try {
                        Phase.run("runtime exec", () -> {
                            throw new IOException("--password=hunter2 was refused");
                        });
                    } catch (IOException | InterruptedException e) {
                        caller.onError(Status.UNKNOWN
                                .withDescription("--password=hunter2")
                                .asRuntimeException());
                    }
                }
            }
        }
    }

    private RuntimeServiceBlockingStub client(String name, String value) {
        var metadata = new Metadata();
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
        return RuntimeServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    private RuntimeServiceBlockingStub traced() {
        return client("traceparent", "00-" + TRACE + "-" + CALLER + "-01");
    }

    private static ExecSyncRequest exec(String container) {
        return ExecSyncRequest.newBuilder().setContainerId(container).build();
    }

    /// Of what has ended; closing sends all of it.
    private SpanData sent(String name) {
        tracing.close();
        return collector.named(name);
    }

    @Test
    void aCallIsASpanUnderItsCallersAndItsPhasesAreSpansUnderIt() {
        traced().version(VersionRequest.getDefaultInstance());
        var call = sent(SERVICE + "Version");
        assertEquals(TRACE, call.getTraceId());
        assertEquals(CALLER, call.getParentSpanId());
        assertEquals(SpanKind.SERVER, call.getKind());
        var attributes = call.getAttributes();
        assertEquals("grpc", attributes.get(AttributeKey.stringKey("rpc.system")));
        assertEquals("runtime.v1.RuntimeService", attributes.get(AttributeKey.stringKey("rpc.service")));
        assertEquals("Version", attributes.get(AttributeKey.stringKey("rpc.method")));
        assertEquals(0, attributes.get(AttributeKey.longKey("rpc.grpc.status_code")));
        var phase = collector.named("phase");
        assertEquals(call.getSpanId(), phase.getParentSpanId());
        assertEquals(TRACE, phase.getTraceId());
        var resource = call.getResource();
        assertEquals("crio", resource.getAttribute(AttributeKey.stringKey("service.name")));
        assertEquals("1.2.3", resource.getAttribute(AttributeKey.stringKey("service.version")));
        assertFalse(resource.getAttribute(AttributeKey.stringKey("host.name")).isEmpty());
    }

    @Test
    void whatACallerSaysHasABound() {
        traced().version(VersionRequest.getDefaultInstance());
        sent(SERVICE + "Version");
        var note = collector.named("phase").getAttributes().get(AttributeKey.stringKey("carafe.key"));
        assertEquals("x".repeat(1024), note);
    }

    @Test
    void aCallIsNotTracedWhoseCallerDoesNotWantItOrSaysNothingOrNonsense() {
        client("traceparent", "00-" + TRACE + "-" + CALLER + "-00").version(VersionRequest.getDefaultInstance());
        client("traceparent", "00-zz-" + CALLER + "-01").version(VersionRequest.getDefaultInstance());
        client("traceparent", "x".repeat(4000)).version(VersionRequest.getDefaultInstance());
        client("other", "1").version(VersionRequest.getDefaultInstance());
        tracing.close();
        assertEquals(List.of(), collector.all());
    }

    @Test
    void aFailureIsToldByItsCodeAndItsKindAlone() {
        assertThrows(StatusRuntimeException.class, () -> traced().execSync(exec("failing")));
        var call = sent(SERVICE + "ExecSync");
        assertEquals(StatusCode.ERROR, call.getStatus().getStatusCode());
        assertEquals(2, call.getAttributes().get(AttributeKey.longKey("rpc.grpc.status_code")));
        var phase = collector.named("runtime exec");
        assertEquals(StatusCode.ERROR, phase.getStatus().getStatusCode());
        assertEquals("java.io.IOException", phase.getAttributes().get(AttributeKey.stringKey("error.type")));
        assertTrue(
                collector.all().stream().noneMatch(span -> span.toString().contains("hunter2")),
                () -> collector.all().toString());
    }

    @Test
    void whatACallerDidWrongIsNoErrorOfTheSpan() {
        assertThrows(StatusRuntimeException.class, () -> traced().execSync(exec("missing")));
        var call = sent(SERVICE + "ExecSync");
        assertEquals(StatusCode.UNSET, call.getStatus().getStatusCode());
        assertEquals(5, call.getAttributes().get(AttributeKey.longKey("rpc.grpc.status_code")));
    }

    @Test
    void aCallThatIsNotServedOrEndsByABugIsASpanToo() {
        assertThrows(StatusRuntimeException.class, () -> traced().status(StatusRequest.getDefaultInstance()));
        assertThrows(StatusRuntimeException.class, () -> traced().execSync(exec("bug")));
        assertEquals(12, sent(SERVICE + "Status").getAttributes().get(AttributeKey.longKey("rpc.grpc.status_code")));
        assertEquals(
                StatusCode.ERROR,
                collector.named(SERVICE + "ExecSync").getStatus().getStatusCode());
    }

    @Test
    void aCollectorThatHangsHoldsUpNeitherCallsNorTheStop() {
        collector.set(TakenSpans.State.HANGS);
        var calls = 1500; // with their phases more than the queue holds
        for (var i = 0; i < calls; i++) {
            traced().version(VersionRequest.getDefaultInstance());
        }
        assertTimeout(Duration.ofSeconds(10), tracing::close);
        assertEquals(List.of(), collector.all());
    }
}
