package dev.carafe.linux;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// A process we started.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Child implements AutoCloseable {
    Child() {}

    public int pid() {
        throw Unwritten.yet();
    }

    public Optional<ExitStatus> await(Duration timeout) throws IOException, InterruptedException {
        throw Unwritten.yet();
    }

    public void kill(int signal) throws ErrnoException {
        throw Unwritten.yet();
    }

    public void killGroup(int signal) throws ErrnoException {
        throw Unwritten.yet();
    }

    @Override
    public void close() {}
}
