package dev.carafe.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// What a process has taken, as proc(5) tells.
final class ProcessCost {
    /// USER_HZ, the same on all our architectures.
    private static final int TICKS_A_SECOND = 100;

    private ProcessCost() {}

    /// User and system time of all its threads so far.
    static Duration cpu(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        var ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return Duration.ofMillis(ticks * 1000 / TICKS_A_SECOND);
    }

    static long residentKib(long pid) throws IOException {
        return kib(pid, "VmRSS:");
    }

    /// The most it ever had.
    static long peakKib(long pid) throws IOException {
        return kib(pid, "VmHWM:");
    }

    private static long kib(long pid, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
