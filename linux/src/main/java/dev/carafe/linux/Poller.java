package dev.carafe.linux;

import java.time.Duration;

/// One platform thread with epoll for the whole process; virtual threads park until a descriptor is ready.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Poller {
    private Poller() {}

    public static Poller shared() {
        throw Unwritten.yet();
    }

    public boolean awaitReadable(Fd fd, Duration timeout) throws ErrnoException, InterruptedException {
        throw Unwritten.yet();
    }

    public boolean awaitWritable(Fd fd, Duration timeout) throws ErrnoException, InterruptedException {
        throw Unwritten.yet();
    }
}
