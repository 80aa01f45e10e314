package dev.carafe.daemon.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.AttachRequest;
import dev.carafe.cri.v1.ExecSyncRequest;
import dev.carafe.cri.v1.ExecSyncResponse;
import dev.carafe.cri.v1.ImageServiceGrpc;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.RuntimeServiceGrpc;
import dev.carafe.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import dev.carafe.cri.v1.StreamPodSandboxesRequest;
import dev.carafe.cri.v1.StreamPodSandboxesResponse;
import dev.carafe.cri.v1.VersionRequest;
import dev.carafe.cri.v1.VersionResponse;
import dev.carafe.daemon.SocketClient;
import dev.carafe.daemon.http.HttpService;
import dev.carafe.daemon.http.Page;
import dev.carafe.daemon.logging.Operation;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real server on a real socket, with a service whose questions do what each test wants.
class CriServerTest {
    private static final int MAX_BYTES = 4096;

    @TempDir
    private Path folder;

    /// Names of calls that have ended, with a `!` for those that failed.
    private final List<String> ended = new CopyOnWriteArrayList<>();

    private final CallObserver calls = new CallObserver() {
        @Override
        public void ended(String operation, Duration took, boolean failed) {
            ended.add(operation + (failed ? "!" : ""));
        }

        @Override
        public void eventsLost() {}
    };

    private final AtomicReference<Calls.Question<ExecSyncResponse>> question =
            new AtomicReference<>(ExecSyncResponse::getDefaultInstance);
    private CriServer server;
    private SocketClient client;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        var settings = new CriServer.Settings(folder.resolve("s"), MAX_BYTES, MAX_BYTES);
        var http = new HttpService((_, path) -> Page.text("page " + path));
        var service = new Service(new Calls(MAX_BYTES, calls), question);
        server = CriServer.start(settings, List.of(service), new CriServer.Beside(calls, List.of(), http), () -> {});
        client = SocketClient.of(folder.resolve("s"));
        channel = client.channel();
    }

    @AfterEach
    void stop() throws InterruptedException {
        client.close();
        server.close();
    }

    private static final class Service extends RuntimeServiceGrpc.RuntimeServiceImplBase {
        private final Calls calls;
        private final AtomicReference<Calls.Question<ExecSyncResponse>> question;

        Service(Calls calls, AtomicReference<Calls.Question<ExecSyncResponse>> question) {
            this.calls = calls;
            this.question = question;
        }

        @Override
        public void version(VersionRequest request, StreamObserver<VersionResponse> caller) {
            calls.answer(Operation.of("Version"), caller, VersionResponse::getDefaultInstance);
        }

        @Override
        public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> caller) {
            calls.answer(Operation.of("ExecSync"), caller, question.get());
        }

        @Override
        public void streamPodSandboxes(
                StreamPodSandboxesRequest request, StreamObserver<StreamPodSandboxesResponse> caller) {
            calls.stream(Operation.of("StreamPodSandboxes"), caller, answers -> {
                for (var i = 0; i < 3; i++) {
                    answers.send(StreamPodSandboxesResponse.newBuilder()
                            .addPodSandboxes(PodSandbox.newBuilder().setId("p" + i))
                            .build());
                }
            });
        }
    }

    private RuntimeServiceBlockingStub client() {
        return RuntimeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private Status exec() {
        try {
            var _ = client().execSync(ExecSyncRequest.getDefaultInstance());
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    @Test
    void aCallIsAnsweredOnAVirtualThread() {
        var thread = new AtomicReference<Thread>();
        question.set(() -> {
            thread.set(Thread.currentThread());
            return ExecSyncResponse.newBuilder().setExitCode(3).build();
        });
        assertEquals(3, client().execSync(ExecSyncRequest.getDefaultInstance()).getExitCode());
        assertTrue(thread.get().isVirtual());
    }

    @Test
    void aStreamComesInOrderAndEnds() {
        var ids = new StringBuilder();
        client().streamPodSandboxes(StreamPodSandboxesRequest.getDefaultInstance())
                .forEachRemaining(r -> ids.append(r.getPodSandboxes(0).getId()));
        assertEquals("p0p1p2", ids.toString());
    }

    @Test
    void whatIsNotBuiltIsUnimplementedAndNamesTheCall() {
        var unbuilt =
                assertThrows(StatusRuntimeException.class, () -> client().attach(AttachRequest.getDefaultInstance()));
        assertEquals(Status.Code.UNIMPLEMENTED, unbuilt.getStatus().getCode());
        assertTrue(String.valueOf(unbuilt.getStatus().getDescription()).contains("RuntimeService/Attach"));
        var unknown = assertThrows(
                StatusRuntimeException.class,
                () -> ImageServiceGrpc.newBlockingStub(channel).listImages(ListImagesRequest.getDefaultInstance()));
        assertEquals(Status.Code.UNIMPLEMENTED, unknown.getStatus().getCode());
    }

    @Test
    void aBugIsAnInternalErrorAndTheServerLives() {
        question.set(() -> {
            throw new AssertionError("a bug");
        });
        assertEquals(Status.Code.INTERNAL, exec().getCode());
        question.set(ExecSyncResponse::getDefaultInstance);
        assertEquals(Status.Code.OK, exec().getCode());
    }

    @Test
    void aCallerWhoseDeadlinePassesIsToldAndTheWorkIsInterrupted() throws InterruptedException {
        var interrupted = new CountDownLatch(1);
        question.set(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            throw new AssertionError("nobody opens that latch");
        });
        var late = assertThrows(
                StatusRuntimeException.class,
                () -> RuntimeServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                        .execSync(ExecSyncRequest.getDefaultInstance()));
        assertEquals(Status.Code.DEADLINE_EXCEEDED, late.getStatus().getCode());
        assertTrue(interrupted.await(10, TimeUnit.SECONDS));
    }

    @Test
    void aCallerThatHangsUpInterruptsTheWork() throws Exception {
        var begun = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        question.set(() -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            throw new AssertionError("nobody opens that latch");
        });
        var call = Context.current().withCancellation();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var result = threads.submit(call.wrap(this::exec));
            assertTrue(begun.await(10, TimeUnit.SECONDS));
            call.cancel(null);
            assertEquals(Status.Code.CANCELLED, result.get().getCode());
            assertTrue(interrupted.await(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void anAnswerThatIsTooLongIsAnErrorThatNamesTheKey() {
        question.set(() -> ExecSyncResponse.newBuilder()
                .setStdout(com.google.protobuf.ByteString.copyFrom(new byte[MAX_BYTES + 1]))
                .build());
        var status = exec();
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.getCode());
        assertTrue(String.valueOf(status.getDescription()).contains("grpc_max_send_msg_size"));
    }

    @Test
    void aRequestThatIsTooLongIsRefused() {
        var request =
                ExecSyncRequest.newBuilder().addCmd("x".repeat(MAX_BYTES + 1)).build();
        var refused = assertThrows(StatusRuntimeException.class, () -> client().execSync(request));
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode());
        assertEquals(Status.Code.OK, exec().getCode());
    }

    @Test
    void aCallUnderWayEndsBeforeTheServerDoes() throws Exception {
        var begun = new CountDownLatch(1);
        var open = new CountDownLatch(1);
        question.set(() -> {
            begun.countDown();
            open.await();
            return ExecSyncResponse.getDefaultInstance();
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var result = threads.submit(this::exec);
            assertTrue(begun.await(10, TimeUnit.SECONDS));
            var closing = threads.submit(server::close);
            while (Files.exists(folder.resolve("s"))) {
                Thread.onSpinWait();
            }
            assertFalse(closing.isDone());
            open.countDown();
            assertEquals(Status.Code.OK, result.get().getCode());
            closing.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void whoListensInIsToldOfEachCallAndItsFailure() {
        assertEquals(Status.Code.OK, exec().getCode());
        question.set(() -> {
            throw new IOException("no");
        });
        assertEquals(Status.Code.UNKNOWN, exec().getCode());
        assertEquals(List.of("ExecSync", "ExecSync!"), ended);
    }

    /// What comes back until the server closes.
    private String say(byte[]... pieces) throws IOException {
        try (var client = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")))) {
            for (var piece : pieces) {
                var _ = client.write(ByteBuffer.wrap(piece));
            }
            return new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aClientOfHttp1IsAnsweredOnTheSameSocketAndSeesNothingOfHttp2() throws IOException {
        var answer = say(bytes("GET /info?x=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\npage /info"), answer);
        assertEquals(Status.Code.OK, exec().getCode());
    }

    @Test
    void whatAClientSpeaksIsToldThoughItComesByteByByte() throws IOException {
        var request = bytes("PUT / HTTP/1.1\r\nHost: x\r\n\r\n"); // begins as HTTP/2's preface does
        var pieces = new byte[request.length][];
        for (var i = 0; i < request.length; i++) {
            pieces[i] = new byte[] {request[i]};
        }
        assertTrue(say(pieces).startsWith("HTTP/1.1 405 "));
        assertEquals(Status.Code.OK, exec().getCode());
    }

    @Test
    void aClientThatHangsUpBeforeItSpeaksDisturbsNobody() throws IOException {
        for (var i = 0; i < 100; i++) {
            SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s"))).close();
        }
        assertEquals(Status.Code.OK, exec().getCode());
    }

    /// RFC 9113, 6.5.3: some clients give up a server that never does, and all that have windows of their own size
    /// wait.
    @Test
    @Timeout(20)
    void theSettingsOfAClientAreAcknowledged() throws IOException {
        try (var client = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")))) {
            var _ = client.write(ByteBuffer.wrap(bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")));
            var frames = new DataInputStream(Channels.newInputStream(client));
            var isAcknowledged = false;
            while (!isAcknowledged) {
                var length = frames.readUnsignedByte() << 16 | frames.readUnsignedShort();
                var type = frames.readUnsignedByte();
                var flags = frames.readUnsignedByte();
                frames.skipNBytes(Integer.BYTES + length);
                isAcknowledged = type == 4 && flags == 1;
            }
        }
    }

    @Test
    void anOpenConnectionOfHttp1DoesNotHoldUpTheEnd() throws IOException {
        try (var client = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")))) {
            var _ = client.write(ByteBuffer.wrap(bytes("GET /info HTTP/1.1\r\nHost: x\r\n\r\n")));
            assertTrue(client.read(ByteBuffer.allocate(16)) > 0);
            var start = System.nanoTime();
            server.close();
            assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(Duration.ofSeconds(6)) < 0);
        }
    }

    @Test
    void theSocketIsGoneAfterTheEnd() {
        assertTrue(Files.exists(folder.resolve("s")));
        server.close();
        assertFalse(Files.exists(folder.resolve("s")));
    }

    @Test
    void aSecondServerAtTheSamePathIsRefused() {
        var settings = new CriServer.Settings(folder.resolve("s"), MAX_BYTES, MAX_BYTES);
        var refused = assertThrows(
                IOException.class,
                () -> CriServer.start(
                        settings,
                        List.of(),
                        new CriServer.Beside(calls, List.of(), new HttpService((_, _) -> Page.text(""))),
                        () -> {}));
        assertTrue(String.valueOf(refused.getMessage()).contains("another daemon"), refused.getMessage());
        assertEquals(Status.Code.OK, exec().getCode());
    }
}
