package dev.carafe.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/// Connections to unix sockets that keep the borders of what is sent (SOCK_SEQPACKET, unix(7)): each read
/// gives one packet, each write sends one.
public final class PacketSocket {
    private static final int AF_UNIX = 1;

    /// SOCK_SEQPACKET, SOCK_CLOEXEC
    private static final int PACKETS = 5 | 02000000;

    private static final int SHUT_WR = 1;

    private static final int AT_FDCWD = -100;
    private static final int O_PATH = 010000000;
    private static final int O_CLOEXEC = 02000000;

    /// `sun_path`, with the NUL that ends it.
    private static final int LONGEST_PATH = 108;

    private static final int PATH_OFFSET = 2;

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
        var name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length >= LONGEST_PATH) {
            throw new IOException("too long for a socket: " + path);
        }
        var socket = new Fd((int) call.checked("", Syscall.SOCKET, AF_UNIX, PACKETS, 0));
        try {
            var address = call.allocate(PATH_OFFSET + LONGEST_PATH);
            address.set(Call.SHORT, 0, (short) AF_UNIX);
            for (var i = 0; i < name.length; i++) {
                address.set(Call.BYTE, PATH_OFFSET + i, name[i]);
            }
            var length = PATH_OFFSET + name.length + 1;
            call.checked(path, Syscall.CONNECT, socket.number(), address.address(), length);
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
