package dev.carafe.daemon.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.AttachRequest;
import dev.carafe.cri.v1.ExecRequest;
import dev.carafe.cri.v1.PortForwardRequest;
import dev.carafe.streaming.Client;
import dev.carafe.streaming.Sessions;
import dev.carafe.streaming.StreamingServer;
import dev.carafe.streaming.StreamingSettings;
import dev.carafe.streaming.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The verbs that stream, against a server of streams without containers.
class CtlStreamsTest {
    private static final Streams OUTPUT = new Streams(false, true, true, false);

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FakeRuntime runtime;
    private StreamingServer server;

    @BeforeEach
    void start() throws IOException {
        runtime = new FakeRuntime(folder.resolve("s"));
        server = StreamingServer.open(
                new StreamingSettings("127.0.0.1", 0, Optional.empty(), Duration.ZERO), new Talking());
    }

    @AfterEach
    void stop() {
        server.close();
        runtime.close();
    }

    private int ctl(String... words) {
        var arguments = new ArrayList<>(List.of("--runtime-endpoint", "unix://" + folder.resolve("s")));
        arguments.addAll(List.of(words));
        return Ctl.run(
                arguments.toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /// Commands that say a word on each stream.
    private static final class Talking implements Sessions {
        @Override
        public int exec(String containerId, List<String> command, Client client)
                throws IOException, InterruptedException {
            if (command.getFirst().equals("missing")) {
                throw new IOException("no such command");
            }
            client.writeOutput(ByteBuffer.wrap("to out".getBytes(StandardCharsets.UTF_8)));
            client.writeError(ByteBuffer.wrap("to err".getBytes(StandardCharsets.UTF_8)));
            return Integer.parseInt(command.getLast());
        }

        @Override
        public void attach(String containerId, Client client) throws IOException, InterruptedException {
            exec(containerId, List.of("0"), client);
        }

        @Override
        public SocketChannel connect(String podId, int port) throws IOException {
            throw new IOException("nobody there");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "spdy"})
    void aCommandsOutputsAndItsCodeAreOurs(String transport) throws IOException {
        runtime.url = server.exec("c", List.of("talk", "42"), OUTPUT);
        assertEquals(42, ctl("exec", "--transport", transport, "c", "talk", "--tty", "42"), err());
        assertEquals("to out", out());
        assertEquals("to err", err());
        var request = runtime.asked.stream()
                .filter(ExecRequest.class::isInstance)
                .map(ExecRequest.class::cast)
                .findFirst()
                .orElseThrow();
        assertEquals(List.of("talk", "--tty", "42"), request.getCmdList());
        assertTrue(request.getStdout() && request.getStderr() && !request.getStdin() && !request.getTty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "spdy"})
    void whatCouldNotBeRunIsSaid(String transport) throws IOException {
        runtime.url = server.exec("c", List.of("missing"), OUTPUT);
        assertEquals(1, ctl("exec", "--transport", transport, "c", "missing"));
        assertTrue(err().contains("no such command"), err());
    }

    @Test
    void anAttachedContainersOutputIsShownUntilItEnds() throws IOException {
        runtime.url = server.attach("c", OUTPUT);
        assertEquals(0, ctl("attach", "c"), err());
        assertEquals("to out", out());
        assertTrue(runtime.asked.stream().anyMatch(AttachRequest.class::isInstance));
    }

    @Test
    void aUrlThatIsNoLongerGoodIsSaid() throws IOException {
        runtime.url = server.attach("c", OUTPUT);
        assertEquals(0, ctl("attach", "c"), err());
        assertEquals(1, ctl("attach", "c"));
        assertTrue(err().contains("404"), err());
    }

    @Test
    void syncAndStreamsDoNotGoTogether() {
        assertEquals(1, ctl("exec", "--sync", "-it", "c", "sh"));
        assertTrue(err().contains("--sync"), err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "spdy"})
    void forwardedPortsAreNamedAndFailuresAreSaidUntilTheServerGoes(String transport) throws Exception {
        runtime.url = server.portForward("p", List.of(80));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var code = threads.submit(() -> ctl("port-forward", "--transport", transport, "p", ":80"));
            var line = Pattern.compile("Forwarding from 127.0.0.1:([0-9]+) -> 80\n");
            while (!code.isDone() && !line.matcher(out()).find()) {
                Thread.onSpinWait();
            }
            var match = line.matcher(out());
            assertTrue(match.find(), err());
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(match.group(1)))) {
                assertEquals(-1, socket.getInputStream().read());
            }
            while (!code.isDone() && !err().contains("nobody there")) {
                Thread.onSpinWait();
            }
            server.close();
            assertEquals(1, code.get());
        }
        assertTrue(err().contains("the connection to pod p has ended"), err());
        assertTrue(runtime.asked.contains(
                PortForwardRequest.newBuilder().setPodSandboxId("p").addPort(80).build()));
    }

    @Test
    void pairsOfPortsAreReadAsKubectlReadsThem() throws IOException {
        assertEquals(new ForwardPorts.Pair(80, 80), ForwardPorts.Pair.parse("80"));
        assertEquals(new ForwardPorts.Pair(8080, 80), ForwardPorts.Pair.parse("8080:80"));
        assertEquals(new ForwardPorts.Pair(0, 80), ForwardPorts.Pair.parse(":80"));
        for (var wrong : List.of("", ":", "0:0", "80:", "a:80", "65536", "8080:80:1", "-1:80", "1:65536")) {
            assertThrows(IOException.class, () -> ForwardPorts.Pair.parse(wrong), wrong);
        }
    }

    @Test
    void anExitCodeIsReadFromTheStatusAndOtherEndsAreErrors() throws IOException {
        assertEquals(0, status("{\"metadata\":{},\"status\":\"Success\"}"));
        assertEquals(
                7,
                status("{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":"
                        + "[{\"reason\":\"Other\",\"message\":\"1\"},{\"reason\":\"ExitCode\",\"message\":\"7\"}]}}"));
        for (var wrong : List.of(
                "",
                "x",
                "[]",
                "{\"status\":\"Failure\",\"message\":\"broken\"}",
                "{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{}}",
                "{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":"
                        + "\"ExitCode\",\"message\":\"x\"}]}}")) {
            assertThrows(IOException.class, () -> status(wrong), wrong);
        }
    }

    private static int status(String text) throws IOException {
        return ExitStatus.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
