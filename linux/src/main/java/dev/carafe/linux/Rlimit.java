package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The two values of a resource limit; [#UNLIMITED] means what it says.
public record Rlimit(long soft, long hard) {
    /// RLIM_INFINITY as the kernel writes it: all bits set.
    public static final long UNLIMITED = -1;

    private static final String OPEN_FILES = "Max open files ";

    /// Of another process (proc_pid_limits(5)); empty when it has ended.
    public static Optional<Rlimit> openFiles(int pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/limits")).stream()
                    .filter(line -> line.startsWith(OPEN_FILES))
                    .map(line -> line.substring(OPEN_FILES.length()).strip().split("\\s+"))
                    .filter(words -> words.length >= 2)
                    .map(words -> new Rlimit(value(words[0]), value(words[1])))
                    .findFirst();
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    private static long value(String word) {
        return word.equals("unlimited") ? UNLIMITED : Long.parseLong(word);
    }
}
