package dev.carafe.daemon.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerEventResponse;
import dev.carafe.cri.v1.GetEventsRequest;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.RuntimeServiceGrpc;
import dev.carafe.daemon.SocketClient;
import dev.carafe.daemon.http.HttpService;
import dev.carafe.daemon.http.Page;
import dev.carafe.engine.events.Events;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.engine.state.Stores;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Events of a real store, over a real socket, to a client that does not read.
@Timeout(60)
class EventCallsTest {
    private static final int MAX_BYTES = 1 << 20;

    /// Many times what a subscription and the transport hold.
    private static final int MORE_THAN_WAITS = 5000;

    private static final String POD = "1".repeat(64);

    @TempDir
    private Path folder;

    private final CountDownLatch lost = new CountDownLatch(1);
    private final CallObserver observer = new CallObserver() {
        @Override
        public void ended(String operation, Duration took, boolean failed) {}

        @Override
        public void eventsLost() {
            lost.countDown();
        }
    };
    private Stores stores;
    private CriServer server;
    private SocketClient client;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        stores = Stores.open(folder.resolve("records"), Clock.systemUTC());
        var events = new EventCalls(new Calls(MAX_BYTES, observer), Events.of(stores, true, Clock.systemUTC()));
        var service = new RuntimeServiceGrpc.RuntimeServiceImplBase() {
            @Override
            public void getContainerEvents(GetEventsRequest request, StreamObserver<ContainerEventResponse> caller) {
                events.stream(caller);
            }
        };
        server = CriServer.start(
                new CriServer.Settings(folder.resolve("s"), MAX_BYTES, MAX_BYTES),
                List.of(service),
                new CriServer.Beside(observer, List.of(), new HttpService((_, path) -> Page.text(path))),
                events::stop);
        client = SocketClient.of(folder.resolve("s"));
        channel = client.channel();
    }

    @AfterEach
    void stop() throws InterruptedException {
        client.close();
        server.close();
    }

    @Test
    void aClientThatDoesNotReadIsToldThatEventsAreLostAndWhatToDo() throws Exception {
        var came = new AtomicInteger();
        var status = new AtomicReference<Status>();
        var closed = new CountDownLatch(1);
        var call = channel.newCall(RuntimeServiceGrpc.getGetContainerEventsMethod(), CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(ContainerEventResponse event) {
                        came.incrementAndGet();
                    }

                    @Override
                    public void onClose(Status end, Metadata trailers) {
                        status.set(end);
                        closed.countDown();
                    }
                },
                new Metadata());
        call.sendMessage(GetEventsRequest.getDefaultInstance());
        call.halfClose();

        stores.pods().begin(POD, pod());
        var made = 0;
        while (lost.getCount() > 0 && made < MORE_THAN_WAITS) {
            var state = made++ % 2 == 0 ? new PodState.Ready(List.of()) : new PodState.Stopped();
            stores.pods().update(POD, pod -> pod.with(state));
        }
        call.request(Integer.MAX_VALUE);
        closed.await();
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.get().getCode());
        var text = String.valueOf(status.get().getDescription());
        assertTrue(text.contains("list pods and containers, and ask for events again"), text);
        assertTrue(came.get() > 0 && came.get() < made, came + " of " + made);
    }

    /// Whose events soon fill what the transport takes.
    private static PodRecord pod() {
        return new PodRecord(
                new PodId(POD),
                PodSandboxConfig.newBuilder()
                        .putAnnotations("large", "x".repeat(64 << 10))
                        .build(),
                "runc",
                Instant.EPOCH,
                new PodRecord.PodPlace(Map.of(), "/pod", "", PodRecord.OwnProcess.NONE, ""),
                new PodState.Starting());
    }
}
