package dev.carafe.linux;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A process we started, from its start until its end is known. Safe for all threads.
public final class Child implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Child.class.getName());
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(30);

    /// How long a zombie is left alone at least. A process has ended, says the kernel, before all its threads
    /// have left /proc, and who frees it then spins until each of them had the processor once more: 200 ms of a
    /// processor were seen, with eight callers on two.
    private static final Duration REAPED_AFTER = Duration.ofMillis(250);

    private static final Deferred<Child> ZOMBIES = new Deferred<>("reaper", REAPED_AFTER, Child::reapOld);

    private final Pidfd pidfd;
    private @Nullable ExitStatus status;
    private boolean closed;
    private volatile long leftAloneSince;

    Child(Pidfd pidfd) {
        this.pidfd = pidfd;
    }

    public int pid() {
        return pidfd.pid();
    }

    /// Empty when the time was over first.
    public Optional<ExitStatus> await(Duration timeout) throws ErrnoException, InterruptedException {
        return isKnown() || pidfd.awaitExit(timeout) ? Optional.of(ended()) : Optional.empty();
    }

    private synchronized boolean isKnown() {
        return status != null;
    }

    private synchronized ExitStatus ended() throws ErrnoException {
        if (status == null) {
            status = pidfd.exitStatus()
                    .orElseThrow(() -> new IllegalStateException("somebody else waited for our child " + pid()));
        }
        return status;
    }

    /// Does nothing to a process that has ended.
    public synchronized void kill(int signal) throws ErrnoException {
        if (status == null) {
            pidfd.signal(signal);
        }
    }

    /// The process, which leads a group, and those it started that are still in that. Nothing is done once its end is
    /// known: when it is closed its number may be another's.
    public synchronized void killGroup(int signal) throws ErrnoException {
        if (status == null) {
            try (var call = new Call()) {
                if (call.tried(Syscall.KILL, -pid(), signal, 0) < 0 && call.errno() != Errno.ESRCH) {
                    throw call.failure(Syscall.KILL, Integer.toString(-pid()));
                }
            }
        }
    }

    /// Kills its group if it has not ended, and frees its zombie in the background.
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            killGroup(Signals.KILL);
        } catch (ErrnoException e) {
            LOG.log(System.Logger.Level.WARNING, "could not end process " + pid(), e);
        }
        if (isKnown()) {
            leaveAlone();
        } else {
            Thread.ofVirtual().name("end of " + pid()).start(this::awaitKilled);
        }
    }

    private void awaitKilled() {
        var hasEnded = false;
        try {
            hasEnded = await(KILLED_WITHIN).isPresent();
            if (!hasEnded) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "process {0} did not end within {1} s of SIGKILL",
                        pid(),
                        KILLED_WITHIN.toSeconds());
            }
        } catch (ErrnoException e) {
            LOG.log(System.Logger.Level.WARNING, "could not wait for process " + pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (hasEnded) {
                leaveAlone();
            } else {
                pidfd.close();
            }
        }
    }

    private void leaveAlone() {
        leftAloneSince = System.nanoTime();
        ZOMBIES.add(this);
    }

    /// Gives those that are to be left alone for longer.
    private static Set<Child> reapOld(Set<Child> zombies) {
        var now = System.nanoTime();
        var young = new HashSet<Child>();
        for (var zombie : zombies) {
            if (now - zombie.leftAloneSince < REAPED_AFTER.toNanos()) {
                young.add(zombie);
            } else {
                zombie.reap();
            }
        }
        return young;
    }

    private void reap() {
        try (pidfd) {
            pidfd.reap();
        } catch (ErrnoException e) {
            LOG.log(System.Logger.Level.WARNING, "could not free the zombie of process " + pid(), e);
        }
    }
}
