package dev.carafe.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A unix socket where others connect, or hand over descriptors (SCM_RIGHTS, unix(7)), one message a connection. Safe
/// for all
/// threads; closing it wakes who waits for a connection and leaves the file.
public final class FdListener implements AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    /// SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC
    private static final int STREAM = 1 | 04000 | 02000000;

    private static final int NONBLOCK_CLOEXEC = 04000 | 02000000;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int QUEUE = 64;

    private static final int CHUNK_BYTES = 16 * 1024;

    /// Of one message; one that has more is refused, and the kernel closes what has no room.
    private static final int MOST_FDS = 8;

    /// `struct cmsghdr`: length, level, type, and then the descriptors.
    private static final int CONTROL_HEADER = 16;

    private static final int CONTROL_BYTES = CONTROL_HEADER + MOST_FDS * Integer.BYTES;

    /// `struct msghdr` and its fields' places.
    private static final int MESSAGE_BYTES = 56;

    private static final int VECTORS = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;

    private final Fd socket;

    private FdListener(Fd socket) {
        this.socket = socket;
    }

    /// In place of what is at the path. Who may connect is the folder's say.
    public static FdListener open(Path path) throws IOException {
        try (var call = new Call()) {
            var address = UnixAddress.of(call, path.toString());
            Files.deleteIfExists(path);
            var socket = new Fd((int) call.checked("", Syscall.SOCKET, UnixAddress.FAMILY, STREAM, 0));
            try {
                call.checked(path.toString(), Syscall.BIND, socket.number(), address.address(), address.length());
                call.checked(path.toString(), Syscall.LISTEN, socket.number(), QUEUE);
                return new FdListener(socket);
            } catch (ErrnoException | RuntimeException e) {
                socket.close();
                throw e;
            }
        }
    }

    /// Waits for the next connection.
    public Fd accept() throws IOException {
        while (socket.hold()) {
            try (var call = new Call()) {
                var number = (int) call.tried(Syscall.ACCEPT4, socket.number(), 0, 0, NONBLOCK_CLOEXEC, 0, 0);
                if (number >= 0) {
                    return new Fd(number);
                }
                if (call.errno() != Errno.EAGAIN && call.errno() != Errno.EINTR) {
                    throw call.failure(Syscall.ACCEPT4, "fd " + socket.number());
                }
            } finally {
                socket.leave();
            }
            var _ = socket.awaitReadable(Fd.NO_LIMIT);
        }
        throw new IOException("the socket was closed");
    }

    /// What came over a connection. Closing it closes all descriptors that came.
    public record Message(String text, List<Fd> fds) implements AutoCloseable {
        @Override
        public void close() {
            fds.forEach(Fd::close);
        }
    }

    /// Reads until the message is whole or the peer ends it.
    ///
    /// @param isWhole asked after each part, with all that has come
    /// @throws IOException when it is longer, brings more descriptors or takes longer than it may
    public static Message receive(Fd connection, int mostBytes, Duration timeout, Predicate<String> isWhole)
            throws IOException {
        var deadline = System.nanoTime() + timeout.toNanos();
        var bytes = new ByteArrayOutputStream();
        var fds = new ArrayList<Fd>();
        try {
            while (receive(connection, bytes, fds, deadline)) {
                if (bytes.size() > mostBytes || fds.size() > MOST_FDS) {
                    throw new IOException("more than " + mostBytes + " bytes or " + MOST_FDS + " descriptors");
                }
                if (isWhole.test(bytes.toString(StandardCharsets.UTF_8))) {
                    break;
                }
            }
            return new Message(bytes.toString(StandardCharsets.UTF_8), List.copyOf(fds));
        } catch (IOException | RuntimeException e) {
            fds.forEach(Fd::close);
            throw e;
        }
    }

    /// False at the end.
    private static boolean receive(Fd connection, ByteArrayOutputStream bytes, List<Fd> fds, long deadline)
            throws IOException {
        while (connection.hold()) {
            try {
                var received = receiveNow(connection, bytes, fds);
                if (received != 0) {
                    return received > 0;
                }
            } finally {
                connection.leave();
            }
            if (!connection.awaitReadable(Duration.ofNanos(deadline - System.nanoTime()))) {
                throw new IOException("the message did not come in time");
            }
        }
        throw new IOException("the connection was closed");
    }

    /// How many bytes came; 0 when there are none now, -1 at the end.
    private static int receiveNow(Fd connection, ByteArrayOutputStream bytes, List<Fd> fds) throws IOException {
        try (var arena = Arena.ofConfined();
                var call = new Call()) {
            var buffer = arena.allocate(CHUNK_BYTES);
            var vector = call.allocate(16);
            vector.set(Call.LONG, 0, buffer.address());
            vector.set(Call.LONG, Long.BYTES, buffer.byteSize());
            var control = call.allocate(CONTROL_BYTES);
            var message = call.allocate(MESSAGE_BYTES);
            message.set(Call.LONG, VECTORS, vector.address());
            message.set(Call.LONG, VECTOR_COUNT, 1);
            message.set(Call.LONG, CONTROL, control.address());
            message.set(Call.LONG, CONTROL_LENGTH, CONTROL_BYTES);
            var count = (int) call.tried(Syscall.RECVMSG, connection.number(), message.address(), MSG_CMSG_CLOEXEC);
            if (count < 0) {
                return switch (call.errno()) {
                    case Errno.EAGAIN, Errno.EINTR -> 0;
                    default -> throw call.failure(Syscall.RECVMSG, "fd " + connection.number());
                };
            }
            takeFds(control.asSlice(0, message.get(Call.LONG, CONTROL_LENGTH)), fds);
            if ((message.get(Call.INT, FLAGS) & MSG_CTRUNC) != 0) {
                throw new IOException("more than " + MOST_FDS + " descriptors");
            }
            bytes.writeBytes(buffer.asSlice(0, count).toArray(Call.BYTE));
            return count == 0 ? -1 : count;
        }
    }

    /// The kernel gives all descriptors of one sending in one control message, and nothing else is asked for.
    private static void takeFds(MemorySegment control, List<Fd> fds) {
        if (control.byteSize() < CONTROL_HEADER
                || control.get(Call.INT, 8) != SOL_SOCKET
                || control.get(Call.INT, 12) != SCM_RIGHTS) {
            return;
        }
        for (var at = CONTROL_HEADER; at + Integer.BYTES <= control.get(Call.LONG, 0); at += Integer.BYTES) {
            fds.add(new Fd(control.get(Call.INT, at)));
        }
    }

    /// Idempotent.
    @Override
    public void close() {
        socket.close();
    }
}
