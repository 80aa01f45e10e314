package dev.carafe.runtime;

import dev.carafe.linux.Pidfd;
import dev.carafe.linux.ProcessStat;
import dev.carafe.linux.Signals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A process, a container's first or its shim, by pid and start time, so that it is found again after a restart
/// of the daemon and never taken for another that got its pid.
///
/// @param program the file that it executed then, by device and inode; empty where that is not known
record KnownProcess(int pid, long startTicks, String program) {

    /// Empty when it has gone already.
    static Optional<KnownProcess> of(int pid) {
        return ProcessStat.read(pid).map(stat -> new KnownProcess(pid, stat.startTicks(), program(pid)));
    }

    private static String program(int pid) {
        try {
            var file = Files.readAttributes(Path.of("/proc/" + pid + "/exe"), "unix:dev,ino");
            return file.get("dev") + ":" + file.get("ino");
        } catch (IOException ended) {
            return "";
        }
    }

    void write(Path file) throws IOException {
        Files.writeString(file, pid + " " + startTicks + " " + program);
    }

    /// Empty when nothing was written there, or when it is damaged.
    static Optional<KnownProcess> read(Path file) throws IOException {
        try {
            var words = Files.readString(file, StandardCharsets.ISO_8859_1).split(" ");
            // Earlier versions wrote no program.
            var program = words.length > 2 ? words[2] : "";
            return Optional.of(new KnownProcess(Integer.parseInt(words[0]), Long.parseLong(words[1]), program));
        } catch (NoSuchFileException | NumberFormatException | ArrayIndexOutOfBoundsException nothing) {
            return Optional.empty();
        }
    }

    /// False when the time was over before it ended. Does nothing to one that has ended.
    boolean kill(Duration timeout) throws IOException, InterruptedException {
        var found = pid <= 0 ? Optional.<Pidfd>empty() : Pidfd.open(pid);
        if (found.isEmpty()) {
            return true;
        }
        try (var pidfd = found.get()) {
            // Asked after the pidfd is there: from then on the pid can't change hands unnoticed.
            if (!isAlive()) {
                return true;
            }
            pidfd.signal(Signals.KILL);
            return pidfd.awaitExit(timeout);
        }
    }

    /// Whether it lives and executes another program than then.
    boolean hasGoneOn() {
        var now = program(pid);
        return !program.isEmpty() && !now.isEmpty() && !now.equals(program) && isAlive();
    }

    boolean isAlive() {
        return ProcessStat.read(pid).filter(this::isThis).isPresent();
    }

    private boolean isThis(ProcessStat stat) {
        return stat.isAlive() && stat.startTicks() == startTicks;
    }
}
