package dev.carafe.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Runs a program of the host to its end.
public final class Programs {
    private Programs() {}

    /// What it printed on both outputs; a failure is an error that shows it.
    public static String output(String... command) throws IOException, InterruptedException {
        var result = run(List.of(command));
        if (result.code() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + result.code() + ": " + result.output());
        }
        return result.output();
    }

    public static Result run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    public record Result(int code, String output) {}
}
