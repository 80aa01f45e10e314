package dev.carafe.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.AttachRequest;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ExecRequest;
import dev.carafe.streaming.Streams;
import dev.carafe.streaming.TerminalSize;
import dev.carafe.streaming.client.RemoteStreams;
import dev.carafe.streaming.client.StreamingClient;
import dev.carafe.streaming.client.Transport;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Exec and attach, in real containers.
@Tag("system")
class StreamingTest {
    private static final Streams OUTPUTS = new Streams(false, true, true, false);
    private static final Streams ALL = new Streams(true, true, true, false);
    private static final Streams TERMINAL = new Streams(true, true, false, true);

    /// Through a command and back; 1024 is what the issue asks for.
    private static final long MEGABYTES = Long.getLong("carafe.test.stream.megabytes", 256);

    private static final int MEGABYTE = 1024 * 1024;

    private record Scene(Stage stage, StreamingClient client, ExecutorService threads, String pod, String container)
            implements AutoCloseable {
        static Scene set(String runtime) throws Exception {
            return set(runtime, List.of("sleep", "1000"), ContainerConfig.getDefaultInstance());
        }

        static Scene set(String runtime, List<String> command, ContainerConfig more) throws Exception {
            var stage = Stage.set(runtime);
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("streams");
            var pod = cri.run(config);
            var container = Cri.container("main", stage.busybox(), command.toArray(String[]::new)).toBuilder()
                    .mergeFrom(more)
                    .build();
            return new Scene(
                    stage,
                    new StreamingClient(SslContextBuilder.forClient().build()),
                    Executors.newVirtualThreadPerTaskExecutor(),
                    pod,
                    cri.createAndStart(pod, config, container));
        }

        String url(Streams streams, String... command) {
            return stage.daemon()
                    .runtime()
                    .exec(ExecRequest.newBuilder()
                            .setContainerId(container)
                            .addAllCmd(List.of(command))
                            .setStdin(streams.stdin())
                            .setStdout(streams.stdout())
                            .setStderr(streams.stderr())
                            .setTty(streams.tty())
                            .build())
                    .getUrl();
        }

        Session exec(Transport transport, Streams streams, String... command) throws Exception {
            return new Session(threads, client.streams(URI.create(url(streams, command)), transport, streams));
        }

        Session attach(Transport transport, Streams streams) throws Exception {
            var url = stage.daemon()
                    .runtime()
                    .attach(AttachRequest.newBuilder()
                            .setContainerId(container)
                            .setStdin(streams.stdin())
                            .setStdout(streams.stdout())
                            .setStderr(streams.stderr())
                            .setTty(streams.tty())
                            .build())
                    .getUrl();
            return new Session(threads, client.streams(URI.create(url), transport, streams));
        }

        /// By a command that is not streamed.
        String run(String script) {
            return stage.cri().exec(container, "sh", "-c", script).getStdout().toStringUtf8();
        }

        @Override
        public void close() throws IOException {
            Cleanup.run(this::end);
        }

        private void end() throws IOException, InterruptedException {
            try (stage) {
                threads.shutdownNow();
                client.close();
                stage.cri().removePod(pod);
                stage.assertNothingIsLeft();
            }
        }
    }

    /// One session, whose outputs are gathered.
    private static final class Session implements AutoCloseable {
        private final RemoteStreams streams;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final Future<String> status;

        Session(ExecutorService threads, RemoteStreams streams) {
            this.streams = streams;
            status = threads.submit(() -> new String(streams.receive(out, err), UTF_8));
        }

        void write(String text) throws IOException, InterruptedException {
            var bytes = text.getBytes(UTF_8);
            streams.write(bytes, 0, bytes.length);
        }

        String status() throws Exception {
            return status.get();
        }

        String out() {
            return out.toString(UTF_8);
        }

        String err() {
            return err.toString(UTF_8);
        }

        void awaitOutput(String text) throws InterruptedException {
            Await.until(text, () -> out().contains(text));
        }

        @Override
        public void close() {
            streams.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"runc,SPDY", "runc,WEBSOCKET", "crun,SPDY", "crun,WEBSOCKET", TestHost.SHIM + ",WEBSOCKET"})
    void aCommandsStreamsExitCodeAndEndOfInputGoThrough(String runtime, Transport transport) throws Exception {
        try (var scene = Scene.set(runtime)) {
            try (var exec = scene.exec(transport, OUTPUTS, "sh", "-c", "echo out; echo err >&2; exit 3")) {
                assertTrue(exec.status().contains("\"reason\":\"ExitCode\",\"message\":\"3\""), exec.status());
                assertEquals("out\n", exec.out());
                assertEquals("err\n", exec.err());
            }
            try (var exec = scene.exec(transport, ALL, "sh", "-c", "cat; echo end")) {
                exec.write("line\n");
                exec.streams.endInput();
                assertTrue(exec.status().contains("\"Success\""), exec.status());
                assertEquals("line\nend\n", exec.out());
            }
            try (var exec = scene.exec(transport, OUTPUTS, "/no/such/program")) {
                assertTrue(exec.status().contains("Failure"), exec.status());
            }
            try (var exec = scene.exec(transport, OUTPUTS, "sh", "-c", "sleep 1000 & echo started")) {
                assertTrue(exec.status().contains("\"Success\""), exec.status());
                assertEquals("started\n", exec.out());
            }
            scene.run("killall sleep");
        }
    }

    @ParameterizedTest
    @CsvSource({"runc,SPDY", "crun,WEBSOCKET", TestHost.SHIM + ",WEBSOCKET"})
    void aTerminalHasTheClientsSizeAndItsKeysSignalWhatRuns(String runtime, Transport transport) throws Exception {
        try (var scene = Scene.set(runtime);
                var exec = scene.exec(transport, TERMINAL, "sh")) {
            exec.streams.resize(new TerminalSize(33, 111));
            exec.write("until test \"$(stty size)\" = '33 111'; do sleep 0.1; done; echo fir''st\n");
            exec.awaitOutput("first");
            exec.streams.resize(new TerminalSize(44, 122));
            exec.write("until test \"$(stty size)\" = '44 122'; do sleep 0.1; done; echo big''ger $TERM\n");
            exec.awaitOutput("bigger xterm");
            exec.write("sh -c \"echo slee''ping; sleep 1000\"\n");
            exec.awaitOutput("sleeping");
            exec.write("\u0003");
            exec.awaitOutput("^C");
            exec.write("echo still he''re; exit 5\n");
            exec.awaitOutput("still here");
            assertTrue(exec.status().contains("\"message\":\"5\""), exec.status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun", TestHost.SHIM})
    void aClientThatVanishesEndsItsCommandAndAllThatItStarted(String runtime) throws Exception {
        try (var scene = Scene.set(runtime)) {
            for (var streams : List.of(ALL, TERMINAL)) {
                try (var exec = scene.exec(Transport.SPDY, streams, "sh", "-c", "sleep 4321 & echo up; sleep 4321")) {
                    exec.awaitOutput("up");
                }
                Await.until(
                        "the command's end",
                        () -> scene.run("ps | grep -c '[s]leep 4321' || true")
                                .strip()
                                .equals("0"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"runc,SPDY", "crun,WEBSOCKET", TestHost.SHIM + ",WEBSOCKET"})
    void manyMegabytesGoThroughACommandAndBackUnchanged(String runtime, Transport transport) throws Exception {
        try (var scene = Scene.set(runtime);
                var streams = scene.client.streams(URI.create(scene.url(ALL, "cat")), transport, ALL)) {
            var sent = MessageDigest.getInstance("SHA-256");
            var received = MessageDigest.getInstance("SHA-256");
            var sink = new DigestOutputStream(OutputStream.nullOutputStream(), received);
            var status = scene.threads.submit(
                    () -> new String(streams.receive(sink, OutputStream.nullOutputStream()), UTF_8));
            var bytes = new byte[MEGABYTE];
            var random = new Random(1);
            for (var i = 0; i < MEGABYTES; i++) {
                random.nextBytes(bytes);
                sent.update(bytes);
                streams.write(bytes, 0, bytes.length);
            }
            streams.endInput();
            assertTrue(status.get().contains("\"Success\""), status.get());
            assertEquals(HexFormat.of().formatHex(sent.digest()), HexFormat.of().formatHex(received.digest()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", TestHost.SHIM})
    void aClientThatDoesNotReadHoldsUpNeitherTheDaemonNorOthers(String runtime) throws Exception {
        try (var scene = Scene.set(runtime);
                var slow = scene.client.streams(
                        URI.create(scene.url(OUTPUTS, "dd", "if=/dev/zero", "bs=1M", "count=64")),
                        Transport.WEBSOCKET,
                        OUTPUTS)) {
            Thread.sleep(2000);
            try (var exec = scene.exec(Transport.SPDY, OUTPUTS, "echo", "quick")) {
                assertTrue(exec.status().contains("\"Success\""), exec.status());
            }
            var count = new long[1];
            var counting = new OutputStream() {
                @Override
                public void write(int b) {
                    count[0]++;
                }

                @Override
                public void write(byte[] bytes, int offset, int length) {
                    count[0] += length;
                }
            };
            var status = new String(slow.receive(counting, OutputStream.nullOutputStream()), UTF_8);
            assertTrue(status.contains("\"Success\""), status);
            assertEquals(64L * MEGABYTE, count[0]);
        }
    }

    @ParameterizedTest
    @CsvSource({"runc,SPDY", "crun,WEBSOCKET", TestHost.SHIM + ",WEBSOCKET"})
    void severalClientsAreAttachedAtOnceAndLeaveTheContainerAlone(String runtime, Transport transport)
            throws Exception {
        var echo = List.of("sh", "-c", "while read line; do echo \"got $line\"; echo \"bad $line\" >&2; done");
        var open = ContainerConfig.newBuilder().setStdin(true).build();
        try (var scene = Scene.set(runtime, echo, open)) {
            try (var one = scene.attach(transport, ALL);
                    var two = scene.attach(transport, OUTPUTS)) {
                Await.until("both to be attached", () -> {
                    one.write("x\n");
                    return one.out().contains("got x") && two.out().contains("got x");
                });
                one.write("hello\n");
                one.awaitOutput("got hello");
                two.awaitOutput("got hello");
                Await.until("the other output", () -> two.err().contains("bad hello"));
            }
            try (var again = scene.attach(transport, ALL)) {
                again.write("later\n");
                again.awaitOutput("got later");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", TestHost.SHIM})
    void anAttachedTerminalIsResizedAndTheEndOfTheContainerEndsTheStream(String runtime) throws Exception {
        var terminal = ContainerConfig.newBuilder().setStdin(true).setTty(true).build();
        try (var scene = Scene.set(runtime, List.of("sh"), terminal);
                var attached = scene.attach(Transport.SPDY, TERMINAL)) {
            attached.streams.resize(new TerminalSize(21, 77));
            attached.write("until test \"$(stty size)\" = '21 77'; do sleep 0.1; done; echo fir''st\n");
            attached.awaitOutput("first");
            attached.write("exit 0\n");
            assertTrue(attached.status().contains("\"Success\""), attached.status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", TestHost.SHIM})
    void inputThatIsForOneClientEndsWithIt(String runtime) throws Exception {
        var once =
                ContainerConfig.newBuilder().setStdin(true).setStdinOnce(true).build();
        try (var scene = Scene.set(runtime, List.of("cat"), once)) {
            try (var attached = scene.attach(Transport.SPDY, ALL)) {
                attached.write("to cat\n");
                attached.awaitOutput("to cat");
                attached.streams.endInput();
                assertTrue(attached.status().contains("\"Success\""), attached.status());
            }
            scene.stage.cri().awaitExit(scene.container);
        }
    }

    @Test
    void whatCanNotBeStreamedIsRefusedBeforeThereIsAnUrl() throws Exception {
        try (var scene = Scene.set("runc", List.of("true"), ContainerConfig.getDefaultInstance())) {
            scene.stage.cri().awaitExit(scene.container);
            assertEquals(Status.Code.FAILED_PRECONDITION, refusal(() -> scene.url(OUTPUTS, "true")));
            var runtime = scene.stage.daemon().runtime();
            var nothing =
                    ExecRequest.newBuilder().setContainerId(scene.container).addCmd("true");
            assertEquals(Status.Code.INVALID_ARGUMENT, refusal(() -> runtime.exec(nothing.build())));
            var both = ExecRequest.newBuilder()
                    .setContainerId(scene.container)
                    .addCmd("true")
                    .setTty(true)
                    .setStdout(true)
                    .setStderr(true);
            assertEquals(Status.Code.INVALID_ARGUMENT, refusal(() -> runtime.exec(both.build())));
            var unknown = AttachRequest.newBuilder().setContainerId("nobody").setStdout(true);
            assertEquals(Status.Code.NOT_FOUND, refusal(() -> runtime.attach(unknown.build())));
        }
    }

    private static Status.Code refusal(Runnable call) {
        return assertThrows(StatusRuntimeException.class, call::run).getStatus().getCode();
    }
}
