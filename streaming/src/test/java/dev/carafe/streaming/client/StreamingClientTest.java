package dev.carafe.streaming.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.streaming.StreamingServer;
import dev.carafe.streaming.StreamingSettings;
import dev.carafe.streaming.Streams;
import dev.carafe.streaming.TerminalSize;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamingClientTest {
    private static final Streams ALL = new Streams(true, true, true, false);
    private static final int CONNECTIONS = 50;
    private static final int MEBIBYTE = 1024 * 1024;

    /// More than the kernel's buffers of three connections.
    private static final int FLOOD_MEBIBYTES = 256;

    private final EchoSessions sessions = new EchoSessions();
    private StreamingServer server;
    private StreamingClient client;

    @BeforeEach
    void begin() throws IOException {
        server = StreamingServer.open(new StreamingSettings("127.0.0.1", 0, Optional.empty(), Duration.ZERO), sessions);
        client = new StreamingClient(SslContextBuilder.forClient().build());
    }

    @AfterEach
    void end() {
        client.close();
        server.close();
    }

    private RemoteStreams exec(Transport transport, Streams streams, String... command)
            throws IOException, InterruptedException {
        return client.streams(URI.create(server.exec("c", List.of(command), streams)), transport, streams);
    }

    private static String text(OutputStream bytes) {
        return ((ByteArrayOutputStream) bytes).toString(UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void bothOutputsTheInputsEndAndTheExitCodeComeThrough(Transport transport) throws Exception {
        try (var streams = exec(transport, ALL, "echo", "7")) {
            streams.write("hello".getBytes(UTF_8), 0, 5);
            streams.endInput();
            var out = new ByteArrayOutputStream();
            var err = new ByteArrayOutputStream();
            var status = new String(streams.receive(out, err), UTF_8);
            assertEquals("hello", text(out));
            assertEquals("the end", text(err));
            assertTrue(status.contains("\"Failure\"") && status.contains("\"7\""), status);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCommandWithoutInputEnds(Transport transport) throws Exception {
        try (var streams = exec(transport, new Streams(false, true, false, false), "echo", "0")) {
            var status =
                    new String(streams.receive(new ByteArrayOutputStream(), OutputStream.nullOutputStream()), UTF_8);
            assertTrue(status.contains("\"Success\""), status);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sizesOfTheTerminalComeThrough(Transport transport) throws Exception {
        try (var streams = exec(transport, new Streams(true, true, false, true), "size")) {
            streams.resize(new TerminalSize(40, 120));
            var out = new ByteArrayOutputStream();
            streams.receive(out, OutputStream.nullOutputStream());
            assertEquals("40 x 120", text(out));
        }
    }

    @ParameterizedTest
    @EnumSource
    void muchComesBackAsItWent(Transport transport) throws Exception {
        try (var streams = exec(transport, ALL, "echo", "0")) {
            var sent = MessageDigest.getInstance("SHA-256");
            var writer = Thread.ofVirtual().start(() -> writeMuch(streams, sent));
            var came = MessageDigest.getInstance("SHA-256");
            streams.receive(new DigestOutputStream(OutputStream.nullOutputStream(), came), new ByteArrayOutputStream());
            writer.join();
            assertArrayEquals(sent.digest(), came.digest());
        }
    }

    private static void writeMuch(RemoteStreams streams, MessageDigest sent) {
        var random = new Random(1);
        var bytes = new byte[MEBIBYTE];
        try {
            for (var i = 0; i < 64; i++) {
                random.nextBytes(bytes);
                sent.update(bytes);
                streams.write(bytes, 0, bytes.length);
            }
            streams.endInput();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWrongTokenIsRefusedInWords(Transport transport) throws Exception {
        var url = URI.create(server.exec("c", List.of("echo", "0"), ALL) + "x");
        var refusal = assertThrows(IOException.class, () -> client.streams(url, transport, ALL));
        assertTrue(refusal.getMessage().contains("404"), refusal.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void portsAreForwardedWithTheEndOfEachSide(Transport transport) throws Exception {
        BlockingQueue<String> failures = new LinkedBlockingQueue<>();
        var loopback = InetAddress.getLoopbackAddress();
        try (var pod = new ServerSocket(0, 10, loopback);
                var ports = client.ports(URI.create(server.portForward("p", List.of())), transport)) {
            var local = ports.listen(loopback, 0, pod.getLocalPort(), failures::add);
            try (var first = new Socket(loopback, local);
                    var second = new Socket(loopback, local)) {
                for (var socket : List.of(first, second)) {
                    socket.getOutputStream().write("ping".getBytes(UTF_8));
                    socket.shutdownOutput();
                }
                // They reach the pod in any order.
                for (var i = 0; i < 2; i++) {
                    try (var accepted = pod.accept()) {
                        assertEquals(
                                "ping", new String(accepted.getInputStream().readAllBytes(), UTF_8));
                        accepted.getOutputStream().write("pong".getBytes(UTF_8));
                    }
                }
                for (var socket : List.of(first, second)) {
                    assertEquals("pong", new String(socket.getInputStream().readAllBytes(), UTF_8));
                }
            }
            assertTrue(failures.isEmpty(), failures::toString);
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyConnectionsAtOnceKeepTheirBytes(Transport transport) throws Exception {
        BlockingQueue<String> failures = new LinkedBlockingQueue<>();
        var loopback = InetAddress.getLoopbackAddress();
        // The threads are waited for last, when nothing holds them any more.
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var pod = new ServerSocket(0, CONNECTIONS, loopback);
                var ports = client.ports(URI.create(server.portForward("p", List.of())), transport)) {
            var local = ports.listen(loopback, 0, pod.getLocalPort(), failures::add);
            var echoes = new ArrayList<Future<Void>>();
            var work = new ArrayList<Future<Boolean>>();
            for (var i = 0; i < CONNECTIONS; i++) {
                echoes.add(threads.submit(() -> echo(pod)));
                var seed = i;
                work.add(threads.submit(() -> exchange(new Socket(loopback, local), seed)));
            }
            for (var each : work) {
                assertTrue(each.get(1, TimeUnit.MINUTES), failures::toString);
            }
            for (var each : echoes) {
                each.get(1, TimeUnit.MINUTES);
            }
            assertTrue(failures.isEmpty(), failures::toString);
        }
    }

    private static Void echo(ServerSocket pod) throws IOException {
        try (var accepted = pod.accept()) {
            accepted.getOutputStream().write(accepted.getInputStream().readAllBytes());
        }
        return null;
    }

    private static boolean exchange(Socket connected, int seed) throws IOException {
        try (connected) {
            var bytes = new byte[MEBIBYTE];
            new Random(seed).nextBytes(bytes);
            connected.getOutputStream().write(bytes);
            connected.shutdownOutput();
            return Arrays.equals(bytes, connected.getInputStream().readAllBytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatIsRefusedIsSaidAndOthersGoOn(Transport transport) throws Exception {
        BlockingQueue<String> failures = new LinkedBlockingQueue<>();
        var loopback = InetAddress.getLoopbackAddress();
        try (var pod = new ServerSocket(0, 10, loopback);
                var ports = client.ports(URI.create(server.portForward("p", List.of())), transport)) {
            var good = ports.listen(loopback, 0, pod.getLocalPort(), failures::add);
            var bad = ports.listen(loopback, 0, 1, failures::add);
            try (var refused = new Socket(loopback, bad);
                    var socket = new Socket(loopback, good);
                    var accepted = pod.accept()) {
                assertEquals(-1, refused.getInputStream().read());
                var failure = failures.poll(10, TimeUnit.SECONDS);
                assertTrue(failure != null && failure.contains("port 1"), failure);
                accepted.getOutputStream().write('x');
                assertEquals('x', socket.getInputStream().read());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLocalConnectionThatDoesNotReadHoldsThePodBack(Transport transport) throws Exception {
        var loopback = InetAddress.getLoopbackAddress();
        try (var pod = new ServerSocket(0, 10, loopback);
                var ports = client.ports(URI.create(server.portForward("p", List.of())), transport)) {
            var local = ports.listen(loopback, 0, pod.getLocalPort(), _ -> {});
            try (var socket = new Socket(loopback, local);
                    var accepted = pod.accept()) {
                var writer = Flood.into(accepted);
                writer.assertHeldBack();
                socket.getInputStream().skipNBytes((long) FLOOD_MEBIBYTES * MEBIBYTE);
                writer.join();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoHasSaidAllStillHearsAll(Transport transport) throws Exception {
        var loopback = InetAddress.getLoopbackAddress();
        try (var pod = new ServerSocket(0, 10, loopback);
                var ports = client.ports(URI.create(server.portForward("p", List.of())), transport)) {
            var local = ports.listen(loopback, 0, pod.getLocalPort(), _ -> {});
            for (var isPodSilent : new boolean[] {true, false}) {
                try (var socket = new Socket(loopback, local);
                        var accepted = pod.accept()) {
                    var silent = isPodSilent ? accepted : socket;
                    var talking = isPodSilent ? socket : accepted;
                    silent.shutdownOutput();
                    assertEquals(-1, talking.getInputStream().read());
                    var writer = Flood.into(talking);
                    writer.assertHeldBack();
                    silent.getInputStream().skipNBytes((long) FLOOD_MEBIBYTES * MEBIBYTE);
                    writer.join();
                }
            }
        }
    }

    /// Writes more than anybody may hold who is not read from.
    private static final class Flood {
        private final AtomicInteger written = new AtomicInteger();
        private final Socket socket;
        private final Thread thread = Thread.ofVirtual().unstarted(this::run);

        private Flood(Socket socket) {
            this.socket = socket;
        }

        static Flood into(Socket socket) {
            var flood = new Flood(socket);
            flood.thread.start();
            return flood;
        }

        private void run() {
            try {
                var bytes = new byte[MEBIBYTE];
                for (var i = 0; i < FLOOD_MEBIBYTES; i++) {
                    socket.getOutputStream().write(bytes);
                    written.incrementAndGet();
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /// Waits for the moment from which nothing more goes.
        void assertHeldBack() throws InterruptedException {
            for (var before = -1; before != written.get(); ) {
                before = written.get();
                assertTrue(!thread.join(Duration.ofMillis(500)), () -> written + " MiB went nowhere");
            }
        }

        void join() throws InterruptedException {
            thread.join();
        }
    }
}
