package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
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

    /// Bytes go both ways.
    private static void assertIsConnected(SocketChannel connection, ServerSocket server) throws IOException {
        try (connection;
                var accepted = server.accept()) {
            connection.write(ByteBuffer.wrap(new byte[] {1}));
            assertEquals(1, accepted.getInputStream().read());
            accepted.getOutputStream().write(3);
            var one = ByteBuffer.allocate(1);
            connection.read(one);
            assertEquals(3, one.get(0));
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
