package dev.carafe.runtime;

import dev.carafe.oci.RuntimeSpec;
import java.time.Duration;

/// A command to run in a container.
///
/// @param process without a terminal
/// @param timeout after which it is killed with all it started; zero: never
/// @param maxOutputBytes for each of the two outputs; what comes beyond is read and dropped
public record ExecProcess(RuntimeSpec.Process process, Duration timeout, int maxOutputBytes) {
    public ExecProcess {
        if (process.terminal()) {
            throw new IllegalArgumentException("a command whose output is collected has no terminal");
        }
        if (timeout.isNegative() || maxOutputBytes < 0) {
            throw new IllegalArgumentException("negative timeout or output bound");
        }
    }
}
