package dev.carafe.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PortForwardRequest;
import dev.carafe.linux.Namespaces;
import dev.carafe.streaming.client.RemotePorts;
import dev.carafe.streaming.client.StreamingClient;
import dev.carafe.streaming.client.Transport;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Ports of pods, from outside.
@Tag("system")
class PortForwardTest {
    private static final int CONNECTIONS = 50;
    private static final int BYTES = 1_000_000;

    private static RemotePorts forward(Stage stage, StreamingClient client, String pod, Transport transport)
            throws IOException, InterruptedException {
        var url = stage.daemon()
                .runtime()
                .portForward(
                        PortForwardRequest.newBuilder().setPodSandboxId(pod).build())
                .getUrl();
        return client.ports(URI.create(url), transport);
    }

    private static StreamingClient client() throws IOException {
        return new StreamingClient(SslContextBuilder.forClient().build());
    }

    /// The pin of the only pod's network.
    private static Path network(Stage stage) throws IOException {
        try (var pins = Files.list(stage.host().work().resolve("namespaces/netns"))) {
            return pins.findFirst().orElseThrow();
        }
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static PodSandboxConfig inHostNetwork(PodSandboxConfig pod) {
        var host = pod.toBuilder();
        host.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setNetwork(NamespaceMode.NODE);
        return host.build();
    }

    @ParameterizedTest
    @EnumSource
    void manyConnectionsToBothFamiliesKeepTheirBytesAndTheirEnds(Transport transport) throws Exception {
        try (var stage = Stage.set("runc");
                var client = client()) {
            var cri = stage.cri();
            var pod = cri.run(cri.pod("ports"));
            BlockingQueue<String> failures = new LinkedBlockingQueue<>();
            // The threads are waited for last, when nothing holds them any more.
            try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                    var four = listener(stage, "127.0.0.1", 8080);
                    var six = listener(stage, "::1", 8081);
                    var ports = forward(stage, client, pod, transport)) {
                var loopback = InetAddress.getLoopbackAddress();
                List<Future<?>> work = new ArrayList<>();
                for (var server : List.of(four, six)) {
                    var local = ports.listen(loopback, 0, server.getLocalPort(), failures::add);
                    for (var i = 0; i < CONNECTIONS; i++) {
                        work.add(threads.submit(() -> echo(server)));
                        var seed = i;
                        work.add(threads.submit(() -> exchange(local, seed)));
                    }
                }
                for (var each : work) {
                    each.get(1, TimeUnit.MINUTES);
                }
                assertTrue(failures.isEmpty(), failures::toString);
            }
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static ServerSocket listener(Stage stage, String address, int port) throws IOException {
        return Namespaces.inside(
                network(stage), () -> new ServerSocket(port, CONNECTIONS, InetAddress.getByName(address)));
    }

    /// Takes all before it gives all: each side's end has to come through alone.
    private static Void echo(ServerSocket server) throws IOException {
        try (var accepted = server.accept()) {
            var all = accepted.getInputStream().readAllBytes();
            accepted.getOutputStream().write(all);
        }
        return null;
    }

    private static Void exchange(int port, int seed) throws IOException {
        try (var socket = connect(port)) {
            var bytes = new byte[BYTES];
            new Random(seed).nextBytes(bytes);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            assertEquals(
                    Arrays.hashCode(bytes),
                    Arrays.hashCode(socket.getInputStream().readAllBytes()));
        }
        return null;
    }

    @ParameterizedTest
    @EnumSource
    void aPodInTheNodesNetworkIsReachedThereAndARefusalIsSaid(Transport transport) throws Exception {
        try (var stage = Stage.set("runc");
                var client = client();
                var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var cri = stage.cri();
            var pod = cri.run(inHostNetwork(cri.pod("node")));
            BlockingQueue<String> failures = new LinkedBlockingQueue<>();
            try (var ports = forward(stage, client, pod, transport)) {
                var loopback = InetAddress.getLoopbackAddress();
                var refused = ports.listen(loopback, 0, 1, failures::add);
                var good = ports.listen(loopback, 0, server.getLocalPort(), failures::add);
                try (var nowhere = connect(refused)) {
                    assertEquals(-1, nowhere.getInputStream().read());
                }
                var failure = String.valueOf(failures.poll(10, TimeUnit.SECONDS));
                assertTrue(
                        failure.contains("error forwarding port 1 to pod " + pod)
                                && failure.contains("IPv4: Connection refused"),
                        failure);
                try (var socket = connect(good);
                        var accepted = server.accept()) {
                    accepted.getOutputStream().write("here".getBytes(UTF_8));
                    assertEquals("here", read(socket.getInputStream()));
                }
            }
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readNBytes(4), UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void theCommandLineForwardsUntilItIsEnded(Transport transport) throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("served");
            var pod = cri.run(config);
            cri.createAndStart(
                    pod, config, Cri.container("main", stage.busybox(), "nc", "-ll", "-p", "8080", "-e", "cat"));
            var command = stage.daemon()
                    .ctlCommand("port-forward", "--transport", transport.name().toLowerCase(Locale.ROOT), pod, ":8080");
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var said = process.inputReader(UTF_8)) {
                var line = String.valueOf(said.readLine());
                assertTrue(line.matches("Forwarding from 127\\.0\\.0\\.1:[0-9]+ -> 8080"), line);
                var port = Integer.parseInt(line.replaceAll(".*:([0-9]+) .*", "$1"));
                try (var socket = connect(port)) {
                    socket.getOutputStream().write("echo".getBytes(UTF_8));
                    assertEquals("echo", read(socket.getInputStream()));
                }
            } finally {
                process.destroy();
                process.waitFor();
            }
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }
}
