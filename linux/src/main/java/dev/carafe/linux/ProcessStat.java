package dev.carafe.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What `/proc/PID/stat` says of a process (proc_pid_stat(5)).
///
/// @param startTicks when it started, in clock ticks after boot: with the pid it names one process for ever
public record ProcessStat(int pid, char state, int parent, long startTicks) {
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int START_TICKS = 19;

    /// Empty when there is no such process.
    public static Optional<ProcessStat> read(int pid) {
        try {
            var line = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return Optional.of(parse(pid, line));
        } catch (IOException gone) {
            // ENOENT when it is not there, ESRCH when it ends while we read.
            return Optional.empty();
        }
    }

    /// The command stands in parentheses and may itself hold any character, parentheses too.
    static ProcessStat parse(int pid, String line) {
        var fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return new ProcessStat(
                pid, fields[STATE].charAt(0), Integer.parseInt(fields[PARENT]), Long.parseLong(fields[START_TICKS]));
    }

    static boolean isDead(int pid) {
        return read(pid).map(stat -> !stat.isAlive()).orElse(true);
    }

    /// A zombie is dead, and so is X.
    public boolean isAlive() {
        return state != 'Z' && state != 'X' && state != 'x';
    }
}
