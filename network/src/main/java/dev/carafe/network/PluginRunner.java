package dev.carafe.network;

import dev.carafe.linux.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// Runs plugins. Must be safe for all threads.
public interface PluginRunner {
    /// What is kept of each of a plugin's outputs. Results are a few hundred bytes.
    int MAX_OUTPUT_BYTES = 1 << 20;

    /// Runs one to its end, or ends it with everything it started when the time is up or the caller is interrupted.
    ///
    /// @param parameters CNI's own environment variables
    Output run(Path plugin, Map<String, String> parameters, byte[] stdin, Duration limit)
            throws IOException, InterruptedException;
}
