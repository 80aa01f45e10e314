package dev.carafe.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A process of the host with its family, as `/proc/PID/stat` has it (proc_pid_stat(5)).
///
/// @param startTicks when it started, in clock ticks after boot: with the pid it names one process for ever
record HostProcess(int pid, boolean isAlive, int parent, int session, long startTicks) {
    private static final Path PROC = Path.of("/proc");

    private static final HostProcesses SHARED = new HostProcesses(HostProcess::look);

    /// The numbers of the fields that follow the command's name.
    private static final int STATE = 0;

    private static final int PARENT = 1;
    private static final int SESSION = 3;
    private static final int START_TICKS = 19;

    static List<Integer> pids() throws IOException {
        var pids = new ArrayList<Integer>();
        try (var folders = Files.newDirectoryStream(PROC, "[0-9]*")) {
            folders.forEach(
                    folder -> pids.add(Integer.parseInt(folder.getFileName().toString())));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return pids;
    }

    /// As they are after the asking; who asks at once shares a look.
    static List<HostProcess> all() throws IOException {
        return SHARED.all();
    }

    private static List<HostProcess> look() throws IOException {
        var processes = new ArrayList<HostProcess>();
        for (var pid : pids()) {
            read(pid).ifPresent(processes::add);
        }
        return processes;
    }

    /// Empty when there is no such process.
    static Optional<HostProcess> read(int pid) {
        try {
            return Optional.of(parse(pid, Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    boolean isSame(HostProcess other) {
        return pid == other.pid && startTicks == other.startTicks;
    }

    /// The command's name stands in parentheses and may itself hold any character.
    static HostProcess parse(int pid, String line) {
        var fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        var state = fields[STATE].charAt(0);
        return new HostProcess(
                pid,
                state != 'Z' && state != 'X',
                Integer.parseInt(fields[PARENT]),
                Integer.parseInt(fields[SESSION]),
                Long.parseLong(fields[START_TICKS]));
    }
}
