package dev.carafe.linux;

import java.time.Duration;
import java.util.Optional;

/// A process held by pidfd: a recycled pid can't be hit.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Pidfd implements AutoCloseable {
    Pidfd() {}

    public static Optional<Pidfd> open(int pid) throws ErrnoException {
        throw Unwritten.yet();
    }

    public int pid() {
        throw Unwritten.yet();
    }

    public void signal(int signal) throws ErrnoException {
        throw Unwritten.yet();
    }

    public boolean awaitExit(Duration timeout) throws ErrnoException, InterruptedException {
        throw Unwritten.yet();
    }

    public boolean hasExited() throws ErrnoException {
        throw Unwritten.yet();
    }
    /// Its end, if it is a child of this process (also by adoption as the sub-reaper) and has ended; frees its zombie.
    public Optional<ExitStatus> reap() throws ErrnoException {
        throw Unwritten.yet();
    }

    @Override
    public void close() {}
}
