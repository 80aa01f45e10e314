package dev.carafe.benchmarks;

import dev.carafe.system.TestHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A command in a container by the runtime's own exec, with pipes as its streams.
record RuntimeExec(TestHost host, String container) {
    private static final int BLOCK_BYTES = 64 * 1024;

    private Process start(List<String> command) throws IOException {
        var all = new ArrayList<>(List.of(
                host.runtimeProgram().toString(),
                "--root",
                host.work().resolve("runtime").toString(),
                "exec",
                container));
        all.addAll(command);
        var builder = new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (had, more) -> had + ":" + more);
        return builder.start();
    }

    void receive(List<String> command) throws IOException, InterruptedException {
        var process = start(command);
        process.getOutputStream().close();
        var block = new byte[BLOCK_BYTES];
        try (var in = process.getInputStream()) {
            while (in.read(block) >= 0) {
                // to the end
            }
        }
        end(process);
    }

    void send(List<String> command, long bytes) throws IOException, InterruptedException {
        var process = start(command);
        var block = new byte[BLOCK_BYTES];
        try (var out = process.getOutputStream()) {
            for (var left = bytes; left > 0; left -= block.length) {
                out.write(block, 0, (int) Math.min(left, block.length));
            }
        }
        end(process);
    }

    private static void end(Process process) throws IOException, InterruptedException {
        var code = process.waitFor();
        if (code != 0) {
            throw new IOException("the runtime's exec ended with " + code);
        }
    }
}
