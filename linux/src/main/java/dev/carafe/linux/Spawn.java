package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A program to start through posix_spawn.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Spawn {
    private Spawn() {}

    public static Spawn of(Path program, List<String> arguments) {
        throw Unwritten.yet();
    }

    public Spawn environment(Map<String, String> variables) {
        throw Unwritten.yet();
    }

    public Spawn workingDirectory(Path folder) {
        throw Unwritten.yet();
    }

    public Spawn stdin(Fd fd) {
        throw Unwritten.yet();
    }

    public Spawn stdout(Fd fd) {
        throw Unwritten.yet();
    }

    public Spawn stderr(Fd fd) {
        throw Unwritten.yet();
    }

    public Spawn pass(int target, Fd fd) {
        throw Unwritten.yet();
    }

    public Spawn newSession() {
        throw Unwritten.yet();
    }

    public Child start() throws ErrnoException {
        throw Unwritten.yet();
    }

    public Output run(byte[] stdin, Duration timeout, int maxOutputBytes) throws IOException, InterruptedException {
        throw Unwritten.yet();
    }
}
