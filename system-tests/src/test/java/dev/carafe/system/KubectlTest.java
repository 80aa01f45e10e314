package dev.carafe.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Kubernetes' own command line at our streams, in both of its transports where it knows both.
@Tag("system")
class KubectlTest {
    private static final int BYTES = 20_000_000;
    private static final int PORT_BYTES = 2_000_000;

    /// The first whose exec and port-forward both speak WebSocket.
    private static final int WEBSOCKETS_SINCE = 30;

    enum Way {
        SPDY,
        WEBSOCKET;

        void require() throws IOException, InterruptedException {
            var version = JsonParser.parseString(Programs.output("kubectl", "version", "--client", "-o", "json"))
                    .getAsJsonObject()
                    .getAsJsonObject("clientVersion")
                    .get("minor")
                    .getAsString();
            assumeTrue(
                    this == SPDY || Integer.parseInt(version.replaceAll("[^0-9]", "")) >= WEBSOCKETS_SINCE,
                    "kubectl 1." + version + " speaks SPDY only");
        }

        /// Also for the shell.
        List<String> environment() {
            return List.of(
                    "KUBECTL_REMOTE_COMMAND_WEBSOCKETS=" + (this == WEBSOCKET),
                    "KUBECTL_PORT_FORWARD_WEBSOCKETS=" + (this == WEBSOCKET));
        }
    }

    /// A pod behind an API server, and how to reach it.
    private record Scene(StreamedPod streamed, Way way) implements AutoCloseable {
        static Scene set(Way way, boolean tty, String... command) throws Exception {
            way.require();
            return new Scene(StreamedPod.run(tty, command), way);
        }

        Stage stage() {
            return streamed.stage();
        }

        List<String> kubectl(String... arguments) {
            var command = new ArrayList<>(List.of("env", "KUBECONFIG=/dev/null"));
            command.addAll(way.environment());
            command.addAll(List.of("kubectl", "--server", streamed.api().url(), "--namespace", "tests"));
            command.addAll(List.of("--cache-dir", path("kubectl-cache").toString()));
            command.addAll(List.of(arguments));
            return command;
        }

        Path path(String name) {
            return stage().host().work().resolve(name);
        }

        /// What it printed, with its input from a file and its outputs apart.
        Outcome run(byte[] input, String... arguments) throws IOException, InterruptedException {
            var in = Files.write(path("kubectl.in"), input);
            var out = path("kubectl.out");
            var err = path("kubectl.err");
            var process = new ProcessBuilder(kubectl(arguments))
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                assertTrue(process.waitFor(2, TimeUnit.MINUTES), "kubectl does not end");
            } finally {
                process.destroyForcibly();
            }
            return new Outcome(process.exitValue(), ByteBuffer.wrap(Files.readAllBytes(out)), Files.readString(err));
        }

        @Override
        public void close() throws IOException {
            streamed.close();
        }
    }

    private record Outcome(int code, ByteBuffer out, String err) {
        void requireSuccess() {
            assertEquals(0, code, err);
        }
    }

    private static byte[] random(int count) {
        var bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource
    void aCommandsStreamsAndExitCodeAreKubectls(Way way) throws Exception {
        try (var scene = Scene.set(way, false, "sleep", "1000")) {
            var script = "cat; echo problem >&2; exit 7";
            var said = scene.run("typed\n".getBytes(UTF_8), "exec", "-i", "streams", "--", "sh", "-c", script);
            assertEquals(7, said.code(), said.err());
            assertEquals("typed\n", UTF_8.decode(said.out()).toString());
            assertTrue(said.err().startsWith("problem\n"), said.err());

            var bytes = random(BYTES);
            var back = scene.run(bytes, "exec", "-i", "streams", "--", "cat");
            back.requireSuccess();
            assertEquals(ByteBuffer.wrap(bytes), back.out());
        }
    }

    @ParameterizedTest
    @EnumSource
    void filesAreCopiedIntoAContainerAndOutOfIt(Way way) throws Exception {
        try (var scene = Scene.set(way, false, "sleep", "1000")) {
            var bytes = random(BYTES);
            var sent = Files.write(scene.path("sent"), bytes);
            scene.run(new byte[0], "cp", sent.toString(), "streams:/tmp/kept").requireSuccess();
            var received = scene.path("received");
            scene.run(new byte[0], "cp", "streams:/tmp/kept", received.toString())
                    .requireSuccess();
            assertEquals(-1, Files.mismatch(sent, received));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aShellHasATerminalThatFollowsKubectls(Way way) throws Exception {
        try (var scene = Scene.set(way, false, "sleep", "1000");
                var terminal = Tmux.start(scene.stage().host().tag())) {
            terminal.type(String.join(" ", scene.kubectl("exec", "-it", "streams", "--", "sh")));
            terminal.awaitLine("/ #");
            terminal.type("clear; until [ \"$(stty size)\" = '24 80' ]; do sleep 0.1; done; echo at \"\"first");
            terminal.awaitLine("at first");
            terminal.useShell();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aContainersInputAndOutputAreAttached(Way way) throws Exception {
        try (var scene = Scene.set(way, true, "sh");
                var terminal = Tmux.start(scene.stage().host().tag())) {
            terminal.type(String.join(" ", scene.kubectl("attach", "-it", "streams")));
            terminal.type("clear; until [ \"$(stty size)\" = '24 80' ]; do sleep 0.1; done; echo at\"\"tached");
            terminal.awaitLine("attached");
            terminal.type("exit 0");
            terminal.awaitLine("outer>");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPortIsForwardedWithTheEndOfEachSide(Way way) throws Exception {
        try (var scene = Scene.set(way, false, "nc", "-ll", "-p", "8080", "-e", "cat")) {
            var process = new ProcessBuilder(scene.kubectl("port-forward", "streams", ":8080"))
                    .redirectErrorStream(true)
                    .start();
            try (var said = process.inputReader(UTF_8)) {
                var line = String.valueOf(said.readLine());
                assertTrue(line.matches("Forwarding from 127\\.0\\.0\\.1:[0-9]+ -> 8080"), line);
                var port = Integer.parseInt(line.replaceAll(".*:([0-9]+) .*", "$1"));
                for (var i = 0; i < 3; i++) {
                    exchange(port);
                }
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
    }

    private static void exchange(int port) throws Exception {
        var bytes = random(PORT_BYTES);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var sending = Thread.ofVirtual().start(() -> send(socket, bytes));
            var back = socket.getInputStream().readAllBytes();
            sending.join();
            assertEquals(Arrays.hashCode(bytes), Arrays.hashCode(back));
        }
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
