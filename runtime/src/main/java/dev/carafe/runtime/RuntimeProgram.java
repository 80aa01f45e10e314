package dev.carafe.runtime;

import dev.carafe.linux.Output;
import dev.carafe.linux.Spawn;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A runtime's program, which runc, crun and others give the same command line. Safe for all threads.
final class RuntimeProgram {
    private static final int OUTPUT_BYTES = 64 * 1024;

    private static final byte[] NOTHING = {};

    private final RuntimeHandler handler;

    RuntimeProgram(RuntimeHandler handler) {
        this.handler = handler;
    }

    /// Its options that stand before every command.
    static List<String> options(RuntimeHandler handler) {
        return handler.cgroupManager() == CgroupManager.SYSTEMD
                ? List.of("--root=" + handler.root(), "--systemd-cgroup")
                : List.of("--root=" + handler.root());
    }

    Spawn prepare(List<String> arguments) {
        var all = new ArrayList<>(options(handler));
        all.addAll(arguments);
        return Spawn.of(handler.path(), all).environment(handler.monitorEnvironment());
    }

    /// @throws IOException when it did not end in time; an end with an error is for the caller to judge
    Output run(Duration timeout, String... arguments) throws IOException, InterruptedException {
        return run(NOTHING, timeout, arguments);
    }

    private Output run(byte[] input, Duration timeout, String... arguments) throws IOException, InterruptedException {
        var output = prepare(List.of(arguments)).newSession().run(input, timeout, OUTPUT_BYTES);
        if (output.timedOut()) {
            throw new IOException(name(arguments) + " did not end within " + timeout.toSeconds() + " s and was killed"
                    + words(output));
        }
        return output;
    }

    /// @throws IOException with the program's words, when it fails
    void require(Duration timeout, String... arguments) throws IOException, InterruptedException {
        require(NOTHING, timeout, arguments);
    }

    /// @param input what it reads from its standard input
    void require(byte[] input, Duration timeout, String... arguments) throws IOException, InterruptedException {
        var output = run(input, timeout, arguments);
        if (!output.status().isSuccess()) {
            throw failure(output, arguments);
        }
    }

    IOException failure(Output output, String... arguments) {
        return new IOException(
                name(arguments) + " ended with " + output.status().shellCode() + words(output));
    }

    private static String words(Output output) {
        var words = RuntimeWords.of(output.stderr());
        return words.isEmpty() ? ", without a word" : ": " + words;
    }

    private String name(String... arguments) {
        return handler.path().getFileName() + " " + String.join(" ", arguments);
    }
}
