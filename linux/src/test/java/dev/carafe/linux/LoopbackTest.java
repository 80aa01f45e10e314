package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private static ServerSocket listener(String address) throws IOException {
        var server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        return server;
    }

    /// Bytes go both ways, and the end of each way comes through alone.
    private static void assertIsConnected(Fd connection, ServerSocket server) throws IOException {
        try (connection;
                var accepted = server.accept()) {
            connection.write(new byte[] {1, 2});
            assertArrayEquals(new byte[] {1, 2}, accepted.getInputStream().readNBytes(2));
            accepted.getOutputStream().write(3);
            accepted.shutdownOutput();
            assertArrayEquals(new byte[] {3}, connection.input().readAllBytes());
            connection.write(new byte[] {4});
            assertEquals(4, accepted.getInputStream().read());
        }
    }

    @Test
    void bothFamiliesAreReached() throws IOException {
        for (var address : new String[] {"127.0.0.1", "::1"}) {
            try (var server = listener(address)) {
                assertIsConnected(Loopback.connect(server.getLocalPort(), SOON), server);
            }
        }
    }

    @Test
    void aRefusalNamesBothFamilies() throws IOException {
        int port;
        try (var server = listener("127.0.0.1")) {
            port = server.getLocalPort();
        }
        var refusal = assertThrows(IOException.class, () -> Loopback.connect(port, SOON));
        assertEquals(
                "no connection to port " + port + ": IPv4: Connection refused, IPv6: Connection refused",
                refusal.getMessage());
    }

    @Test
    void whatIsNoPortIsRefused() {
        for (var port : new int[] {0, -1, 65536}) {
            assertThrows(IllegalArgumentException.class, () -> Loopback.connect(port, SOON));
        }
    }

    @Test
    void aNumberThatIsHandedOverBelongsToWhoTookIt() throws IOException {
        try (var server = listener("127.0.0.1");
                var accepted = connectAndHandOver(server)) {
            assertEquals(7, accepted.read());
        }
    }

    private static InputStream connectAndHandOver(ServerSocket server) throws IOException {
        var connection = Loopback.connect(server.getLocalPort(), SOON);
        var taken = new Fd(connection.handOver());
        connection.close();
        assertThrows(IOException.class, () -> connection.write(new byte[1]));
        try (taken) {
            taken.write(new byte[] {7});
        }
        return server.accept().getInputStream();
    }

    @Test
    @Tag("system")
    void aNamespacesOwnListenerIsReachedAndNotTheHosts(@TempDir Path folder) throws IOException {
        var pin = folder.resolve("net");
        Namespaces.pin(Map.of(NamespaceKind.NETWORK, pin), new NamespaceSetup("", Map.of(), true));
        try (var hosts = listener("127.0.0.1")) {
            var port = hosts.getLocalPort();
            assertThrows(IOException.class, () -> Loopback.connect(pin, port, SOON));
            for (var address : new String[] {"127.0.0.1", "::1"}) {
                var inside = Namespaces.inside(pin, () -> new ServerSocket(port, 1, InetAddress.getByName(address)));
                try (inside) {
                    assertIsConnected(Loopback.connect(pin, port, SOON), inside);
                }
            }
        } finally {
            Namespaces.unpin(pin);
        }
    }
}
