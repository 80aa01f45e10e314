package dev.carafe.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/// TCP connections to what listens on a network namespace's loopback: 127.0.0.1, and ::1 where nobody answers there. A
/// socket stays in the namespace that it was made in, so only its making takes a thread inside; the connecting parks a
/// virtual thread, and an interrupt ends it. Safe for all threads.
public final class Loopback {
    private static final byte[] IPV4 = {127, 0, 0, 1};
    private static final byte[] IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final int HIGHEST_PORT = 65535;

    private Loopback() {}

    /// In this process's own namespace.
    ///
    /// @throws IOException names what came of both families
    public static SocketChannel connect(int port, Duration timeout) throws IOException {
        return connect(SocketChannel::open, port, timeout);
    }

    /// In a pinned namespace.
    public static SocketChannel connect(Path namespace, int port, Duration timeout) throws IOException {
        return connect(family -> Namespaces.inside(namespace, () -> SocketChannel.open(family)), port, timeout);
    }

    @FunctionalInterface
    private interface Sockets {
        SocketChannel make(ProtocolFamily family) throws IOException;
    }

    private static SocketChannel connect(Sockets sockets, int port, Duration timeout) throws IOException {
        if (port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        try {
            return connect(sockets, StandardProtocolFamily.INET, IPV4, port, timeout);
        } catch (IOException first) {
            if (Thread.currentThread().isInterrupted()) {
                throw first;
            }
            try {
                return connect(sockets, StandardProtocolFamily.INET6, IPV6, port, timeout);
            } catch (IOException second) {
                var both = new IOException("no connection to port " + port + ": IPv4: " + first.getMessage()
                        + ", IPv6: " + second.getMessage());
                both.addSuppressed(first);
                both.addSuppressed(second);
                throw both;
            }
        }
    }

    private static SocketChannel connect(
            Sockets sockets, ProtocolFamily family, byte[] address, int port, Duration timeout) throws IOException {
        SocketChannel socket;
        try {
            socket = sockets.make(family);
        } catch (UnsupportedOperationException e) {
            throw new IOException("this host has none", e);
        }
        var isConnected = false;
        try {
            var to = new InetSocketAddress(InetAddress.getByAddress(address), port);
            socket.socket().connect(to, Math.toIntExact(timeout.toMillis()));
            isConnected = true;
            return socket;
        } finally {
            if (!isConnected) {
                socket.close();
            }
        }
    }
}
