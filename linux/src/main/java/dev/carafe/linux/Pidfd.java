package dev.carafe.linux;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;

/// A process held by pidfd: a recycled pid can't be hit (pidfd_open(2)). Safe for all threads.
public final class Pidfd implements AutoCloseable {
    /// waitid(2), and its siginfo_t on 64 bits.
    private static final int P_PID = 1;

    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x0100_0000;
    private static final int SIGINFO_BYTES = 128;
    private static final int SI_CODE = 8;
    private static final int SI_PID = 16;
    private static final int SI_STATUS = 24;
    private static final int CLD_EXITED = 1;

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

    /// How it ended, if it is a child of this process (also by adoption as the sub-reaper) and has ended. It stays a
    /// zombie until [#reap()].
    public Optional<ExitStatus> exitStatus() throws ErrnoException {
        try (var call = new Call()) {
            var info = call.allocate(SIGINFO_BYTES);
            info.set(Call.INT, SI_PID, 0);
            waitid(call, info, WNOWAIT);
            if (info.get(Call.INT, SI_PID) != pid) {
                return Optional.empty();
            }
            var status = info.get(Call.INT, SI_STATUS);
            return Optional.of(
                    info.get(Call.INT, SI_CODE) == CLD_EXITED
                            ? new ExitStatus.Exited(status)
                            : new ExitStatus.Signaled(status));
        }
    }

    /// Frees its zombie, if it is a child of this process and has ended.
    public void reap() throws ErrnoException {
        try (var call = new Call()) {
            waitid(call, MemorySegment.NULL, 0);
        }
    }

    /// The information names no process where this is no child of ours, or goes on.
    private void waitid(Call call, MemorySegment info, int further) throws ErrnoException {
        var options = WEXITED | WNOHANG | further;
        if (call.tried(Syscall.WAITID, P_PID, pid, info.address(), options, 0, 0) < 0 && call.errno() != Errno.ECHILD) {
            throw call.failure(Syscall.WAITID, Integer.toString(pid));
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
