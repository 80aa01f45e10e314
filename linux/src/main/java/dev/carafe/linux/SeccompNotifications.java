package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The system calls that wait for us because a filter says so (seccomp_unotify(2)). For one reading thread; any may
/// close it, and calls that wait then, and all later ones, fail with ENOSYS by the kernel's own word.
public final class SeccompNotifications implements AutoCloseable {
    /// `SECCOMP_IOCTL_NOTIF_RECV` and `SECCOMP_IOCTL_NOTIF_SEND`, which name the sizes of what they carry.
    private static final long RECEIVE = 0xC0502100L;

    private static final long SEND = 0xC0182101L;

    /// `struct seccomp_notif`: id, pid, flags, and the call's `nr` and `arch`.
    private static final int NOTIFICATION_BYTES = 80;

    private static final int PID = 8;
    private static final int NUMBER = 16;
    private static final int ARCHITECTURE = 20;

    /// `struct seccomp_notif_resp`: id, val, error, flags.
    private static final int ANSWER_BYTES = 24;

    private static final int ERROR = 16;

    private static final short POLLIN = 1;
    private static final int POLL_EVENTS = 4;
    private static final int POLL_FOUND = 6;
    private static final String KIND = "anon_inode:seccomp notify";
    private static final String SUBJECT = "seccomp notification";
    private final Fd fd;

    private SeccompNotifications(Fd fd) {
        this.fd = fd;
    }

    /// Owns the descriptor from now on, unless it throws.
    ///
    /// @throws IOException when it is something else
    public static SeccompNotifications of(Fd fd) throws IOException {
        var kind = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.openNumber()));
        if (!kind.toString().equals(KIND)) {
            throw new IOException("a descriptor that tells of no system calls: " + kind);
        }
        return new SeccompNotifications(fd);
    }

    /// A system call that waits for an answer.
    ///
    /// @param pid of the calling thread
    /// @param name the call's
    public record Notification(long id, int pid, String name) {}

    /// Waits for the next. Empty once no process has the filter any more, which kernels before 5.9 never say, or when
    /// this is closed.
    public Optional<Notification> next() throws IOException {
        while (fd.hold()) {
            try {
                switch (state()) {
                    case READY -> {
                        var received = receive();
                        if (received.isPresent()) {
                            return received;
                        }
                    }
                    case QUIET -> fd.awaitReadable(Fd.NO_LIMIT);
                    case OVER -> {
                        return Optional.empty();
                    }
                }
            } finally {
                fd.leave();
            }
        }
        return Optional.empty();
    }

    private enum State {
        READY,
        QUIET,
        OVER
    }

    private State state() throws ErrnoException {
        try (var call = new Call()) {
            var poll = call.allocate(8);
            poll.set(Call.INT, 0, fd.number());
            poll.set(Call.SHORT, POLL_EVENTS, POLLIN);
            var now = call.allocate(16);
            if (call.checked(SUBJECT, Syscall.PPOLL, poll.address(), 1, now.address(), 0) == 0) {
                return State.QUIET;
            }
            return (poll.get(Call.SHORT, POLL_FOUND) & POLLIN) != 0 ? State.READY : State.OVER;
        }
    }

    /// Doesn't block: the kernel counts a call that has come for as long as nobody has received it, also one whose
    /// caller was killed meanwhile; for that it answers ENOENT.
    private Optional<Notification> receive() throws ErrnoException {
        try (var call = new Call()) {
            var notification = call.allocate(NOTIFICATION_BYTES);
            if (call.tried(Syscall.IOCTL, fd.number(), RECEIVE, notification.address()) == 0) {
                var name =
                        SyscallNames.of(notification.get(Call.INT, ARCHITECTURE), notification.get(Call.INT, NUMBER));
                return Optional.of(
                        new Notification(notification.get(Call.LONG, 0), notification.get(Call.INT, PID), name));
            }
            return switch (call.errno()) {
                case Errno.ENOENT, Errno.EINTR -> Optional.empty();
                default -> throw call.failure(Syscall.IOCTL, SUBJECT);
            };
        }
    }

    /// Lets the call fail. Nothing when its caller has ended, or this is closed.
    public void fail(Notification notification, int errno) throws ErrnoException {
        if (!fd.hold()) {
            return;
        }
        try (var call = new Call()) {
            var answer = call.allocate(ANSWER_BYTES);
            answer.set(Call.LONG, 0, notification.id());
            answer.set(Call.INT, ERROR, -errno);
            if (call.tried(Syscall.IOCTL, fd.number(), SEND, answer.address()) != 0 && call.errno() != Errno.ENOENT) {
                throw call.failure(Syscall.IOCTL, SUBJECT);
            }
        } finally {
            fd.leave();
        }
    }

    /// Idempotent.
    @Override
    public void close() {
        fd.close();
    }
}
