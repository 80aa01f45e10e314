package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/// Connections to unix sockets that keep the borders of what is sent (SOCK_SEQPACKET, unix(7)): each read
/// gives one packet, each write sends one.
public final class PacketSocket {
    /// SOCK_SEQPACKET, SOCK_CLOEXEC
    private static final int PACKETS = 5 | 02000000;

    private static final int SHUT_WR = 1;

    private static final int AT_FDCWD = -100;
    private static final int O_PATH = 010000000;
    private static final int O_CLOEXEC = 02000000;

    private PacketSocket() {}

    /// However long the path is, if not its last part. Blocks, and holds a virtual thread's carrier, only while the
    /// listener's queue is full.
    public static Fd connect(Path path) throws IOException {
        try (var call = new Call()) {
            var folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
            var number =
                    call.checked(folder.toString(), Syscall.OPENAT, AT_FDCWD, call.path(folder), O_PATH | O_CLOEXEC, 0);
            try (var open = new Fd((int) number)) {
                return connect(call, "/proc/self/fd/" + open.number() + "/" + path.getFileName());
            }
        }
    }

    private static Fd connect(Call call, String path) throws IOException {
        var address = UnixAddress.of(call, path);
        var socket = new Fd((int) call.checked("", Syscall.SOCKET, UnixAddress.FAMILY, PACKETS, 0));
        try {
            call.checked(path, Syscall.CONNECT, socket.number(), address.address(), address.length());
            return socket;
        } catch (ErrnoException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// Says that no more will be sent; the other side reads an end. Nothing when the socket is closed.
    public static void endSending(Fd socket) throws IOException {
        if (!socket.hold()) {
            return;
        }
        try (var call = new Call()) {
            call.checked("fd " + socket.number(), Syscall.SHUTDOWN, socket.number(), SHUT_WR, 0);
        } finally {
            socket.leave();
        }
    }
}
