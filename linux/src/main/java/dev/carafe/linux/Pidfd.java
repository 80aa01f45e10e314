package dev.carafe.linux;

import java.time.Duration;
import java.util.Optional;

/// A process held by pidfd: a recycled pid can't be hit (pidfd_open(2)). Safe for all threads.
public final class Pidfd implements AutoCloseable {
    private static final int WNOHANG = 1;
    private static final int SIGNAL_MASK = 0x7F;

    private final int pid;
    private final Fd fd;

    private Pidfd(int pid, Fd fd) {
        this.pid = pid;
        this.fd = fd;
    }

    /// Empty when there is no such process.
    public static Optional<Pidfd> open(int pid) throws ErrnoException {
        try (var call = new Call()) {
            // The kernel sets close-on-exec on every pidfd.
            var number = call.tried(Syscall.PIDFD_OPEN, pid, 0, 0);
            if (number >= 0) {
                return Optional.of(new Pidfd(pid, new Fd((int) number)));
            }
            if (call.errno() == Errno.ESRCH) {
                return Optional.empty();
            }
            throw call.failure(Syscall.PIDFD_OPEN, Integer.toString(pid));
        }
    }

    public int pid() {
        return pid;
    }

    /// Does nothing to a process that has ended.
    public void signal(int signal) throws ErrnoException {
        if (!fd.hold()) {
            throw new IllegalStateException("the pidfd of " + pid + " is closed");
        }
        try (var call = new Call()) {
            if (call.tried(Syscall.PIDFD_SEND_SIGNAL, fd.number(), signal, 0) < 0 && call.errno() != Errno.ESRCH) {
                throw call.failure(Syscall.PIDFD_SEND_SIGNAL, Integer.toString(pid));
            }
        } finally {
            fd.leave();
        }
    }

    /// False when the time was over first. A zombie has ended.
    public boolean awaitExit(Duration timeout) throws ErrnoException, InterruptedException {
        return Poller.shared().awaitReadable(fd, timeout);
    }

    public boolean hasExited() throws ErrnoException {
        try (var call = new Call()) {
            // Signal 0 reaches a zombie too, so its state decides.
            return ProcessStat.isDead(pid)
                    || (call.tried(Syscall.PIDFD_SEND_SIGNAL, fd.number(), 0, 0) < 0 && call.errno() == Errno.ESRCH);
        }
    }

    /// Its end, if it is a child of this process (also by adoption as the sub-reaper) and has ended; frees its
    /// zombie.
    public Optional<ExitStatus> reap() throws ErrnoException {
        try (var call = new Call()) {
            var status = call.allocate(Integer.BYTES);
            var reaped = call.tried(Syscall.WAIT4, pid, status.address(), WNOHANG);
            if (reaped == pid) {
                return Optional.of(status(status.get(Call.INT, 0)));
            }
            if (reaped == 0 || call.errno() == Errno.ECHILD || call.errno() == Errno.EINTR) {
                return Optional.empty();
            }
            throw call.failure(Syscall.WAIT4, Integer.toString(pid));
        }
    }

    /// As wait(2) encodes it.
    private static ExitStatus status(int status) {
        var signal = status & SIGNAL_MASK;
        return signal == 0 ? new ExitStatus.Exited(status >> 8 & 0xFF) : new ExitStatus.Signaled(signal);
    }

    @Override
    public void close() {
        fd.close();
    }
}
