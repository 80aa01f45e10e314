package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Path;

/// Connections to unix sockets that keep the borders of what is sent (SOCK_SEQPACKET, unix(7)): each read
/// gives one packet, each write sends one.
public final class PacketSocket {
    /// SOCK_SEQPACKET, SOCK_CLOEXEC
    private static final int PACKETS = 5 | 02000000;

    private static final int SHUT_WR = 1;

    private PacketSocket() {}

    /// As [UnixSockets#connect(Path)], but blocks, and holds a virtual thread's carrier, while the listener's
    /// queue is full.
    public static Fd connect(Path path) throws IOException {
        return UnixSockets.connect(path, PACKETS);
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
