package dev.carafe.linux;

import java.io.IOException;
import java.util.Optional;

/// What `/proc/PID/stat` says of a process.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public record ProcessStat(int pid, char state, int parent, long startTicks) {
    public static Optional<ProcessStat> read(int pid) throws IOException {
        throw Unwritten.yet();
    }
    /// A zombie is dead, and so is X.
    public boolean isAlive() {
        return state != 'Z' && state != 'X' && state != 'x';
    }
}
