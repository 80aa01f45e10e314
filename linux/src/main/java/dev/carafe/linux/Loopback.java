package dev.carafe.linux;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;

/// TCP connections to what listens on a network namespace's loopback: 127.0.0.1, and ::1 where nobody answers there. A
/// socket stays in the namespace that it was made in, so only its making takes a thread inside; the connecting parks a
/// virtual thread. Safe for all threads.
public final class Loopback {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    /// SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC
    private static final int STREAM = 1 | 04000 | 02000000;

    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;

    private static final int HIGHEST_PORT = 65535;

    /// `struct sockaddr_in` and `struct sockaddr_in6` (ip(7), ipv6(7)): both begin with family and port.
    private static final int PORT_OFFSET = 2;

    private static final int IPV4_OFFSET = 4;
    private static final int IPV4_BYTES = 16;
    private static final int IPV6_LAST_OFFSET = 8 + 15;
    private static final int IPV6_BYTES = 28;

    private Loopback() {}

    /// In this process's own namespace.
    ///
    /// @return the connected socket, non-blocking
    /// @throws IOException names what came of both families
    public static Fd connect(int port, Duration timeout) throws IOException {
        return connect(Loopback::socket, port, timeout);
    }

    /// In a pinned namespace.
    public static Fd connect(Path namespace, int port, Duration timeout) throws IOException {
        return connect(family -> Namespaces.inside(namespace, () -> socket(family)), port, timeout);
    }

    @FunctionalInterface
    private interface Sockets {
        Fd make(int family) throws IOException;
    }

    private static Fd connect(Sockets sockets, int port, Duration timeout) throws IOException {
        if (port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        try {
            return connect(sockets, AF_INET, port, timeout);
        } catch (IOException first) {
            if (Thread.currentThread().isInterrupted()) {
                throw first;
            }
            try {
                return connect(sockets, AF_INET6, port, timeout);
            } catch (IOException second) {
                var both = new IOException(
                        "no connection to port " + port + ": IPv4: " + reason(first) + ", IPv6: " + reason(second));
                both.addSuppressed(first);
                both.addSuppressed(second);
                throw both;
            }
        }
    }

    private static String reason(IOException failure) {
        return failure instanceof ErrnoException e ? Errno.text(e.errno()) : String.valueOf(failure.getMessage());
    }

    private static Fd socket(int family) throws ErrnoException {
        try (var call = new Call()) {
            return new Fd((int) call.checked("", Syscall.SOCKET, family, STREAM, 0));
        }
    }

    private static Fd connect(Sockets sockets, int family, int port, Duration timeout) throws IOException {
        var socket = sockets.make(family);
        var connected = false;
        try {
            connect(socket, family, port, timeout);
            connected = true;
            return socket;
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    private static void connect(Fd socket, int family, int port, Duration timeout) throws IOException {
        var subject = "port " + port;
        try (var call = new Call()) {
            var isOld = family == AF_INET;
            var address = call.allocate(IPV6_BYTES);
            address.set(Call.SHORT, 0, (short) family);
            address.set(Call.SHORT.withOrder(ByteOrder.BIG_ENDIAN), PORT_OFFSET, (short) port);
            if (isOld) {
                address.set(Call.INT.withOrder(ByteOrder.BIG_ENDIAN), IPV4_OFFSET, 0x7F000001);
            } else {
                address.set(Call.BYTE, IPV6_LAST_OFFSET, (byte) 1);
            }
            var length = isOld ? IPV4_BYTES : IPV6_BYTES;
            if (call.tried(Syscall.CONNECT, socket.number(), address.address(), length) == 0) {
                return;
            }
            if (call.errno() != Errno.EINPROGRESS && call.errno() != Errno.EINTR) {
                throw call.failure(Syscall.CONNECT, subject);
            }
        }
        await(socket, subject, timeout);
    }

    private static void await(Fd socket, String subject, Duration timeout) throws IOException {
        try {
            if (!Poller.shared().awaitWritable(socket, timeout)) {
                throw new ErrnoException(Syscall.CONNECT.call(), subject, Errno.ETIMEDOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting to " + subject);
        }
        try (var call = new Call()) {
            var error = call.allocate(Integer.BYTES);
            var length = call.allocate(Integer.BYTES);
            length.set(Call.INT, 0, Integer.BYTES);
            call.checked(
                    subject,
                    Syscall.GETSOCKOPT,
                    socket.number(),
                    SOL_SOCKET,
                    SO_ERROR,
                    error.address(),
                    length.address());
            var errno = error.get(Call.INT, 0);
            if (errno != 0) {
                throw new ErrnoException(Syscall.CONNECT.call(), subject, errno);
            }
        }
    }
}
