package dev.carafe.network;

import dev.carafe.linux.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/// The CNI plugins of this host. Safe for all threads.
final class Plugins {
    private final List<Path> directories;
    private final PluginRunner runner;
    private final Duration limit;
    private final Semaphore slots;

    Plugins(List<Path> directories, PluginRunner runner, NetworkConfig.Limits limits) {
        this.directories = List.copyOf(directories);
        this.runner = runner;
        this.limit = limits.pluginCall();
        slots = new Semaphore(limits.concurrentCalls(), true);
    }

    /// The file that the call would run.
    Path find(PluginCall call) throws PluginException {
        for (var directory : directories) {
            var plugin = directory.resolve(call.plugin());
            if (Files.isRegularFile(plugin)) {
                return plugin;
            }
        }
        throw new PluginException(call, 0, "there is no such plugin in " + join(", "));
    }

    /// What the plugin printed. Waits for its turn when many run.
    byte[] call(PluginCall call) throws IOException, InterruptedException {
        return call(call, limit);
    }

    /// @param patience at most the configured limit counts
    byte[] call(PluginCall call, Duration patience) throws IOException, InterruptedException {
        var plugin = find(call);
        var time = patience.compareTo(limit) < 0 ? patience : limit;
        var parameters = new HashMap<>(call.parameters());
        parameters.put("CNI_PATH", join(":"));
        slots.acquire();
        try {
            return printed(call, time, runner.run(plugin, parameters, call.stdin(), time));
        } finally {
            slots.release();
        }
    }

    private static byte[] printed(PluginCall call, Duration time, Output output) throws PluginException {
        if (output.timedOut()) {
            throw new PluginException(
                    call,
                    0,
                    "did not end within " + time.toMillis() + " ms and was killed"
                            + PluginException.said("stderr", output.stderr()));
        }
        if (output.truncated() && output.stdout().length >= PluginRunner.MAX_OUTPUT_BYTES) {
            throw new PluginException(
                    call, 0, "printed more than the " + PluginRunner.MAX_OUTPUT_BYTES + " bytes allowed");
        }
        if (!output.status().isSuccess()) {
            throw PluginException.of(call, output);
        }
        return output.stdout();
    }

    private String join(String separator) {
        return directories.stream().map(Path::toString).collect(Collectors.joining(separator));
    }
}
