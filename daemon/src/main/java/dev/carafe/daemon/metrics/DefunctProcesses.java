package dev.carafe.daemon.metrics;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The processes of this host that have ended and that nobody waits for, counted when they are asked for.
final class DefunctProcesses implements Family {
    private static final Path PROCESSES = Path.of("/proc");

    /// Looked at; on a host with more the number is too small.
    private static final int MAX_PROCESSES = 65_536;

    private final String name;

    DefunctProcesses(String name) {
        this.name = name;
    }

    @Override
    public void write(Exposition to) {
        to.single(name, "gauge", "Processes of this host that have ended and that nobody has waited for.", count());
    }

    private static double count() {
        var defunct = 0;
        var seen = 0;
        try (var folders = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (var folder : folders) {
                if (++seen > MAX_PROCESSES) {
                    break;
                }
                if (isDefunct(folder)) {
                    defunct++;
                }
            }
            return defunct;
        } catch (IOException | DirectoryIteratorException e) {
            return Double.NaN;
        }
    }

    /// proc_pid_stat(5): the state follows the name, which stands in parentheses and may have some itself.
    private static boolean isDefunct(Path process) {
        try {
            var stat = Files.readString(process.resolve("stat"), java.nio.charset.StandardCharsets.ISO_8859_1);
            var end = stat.lastIndexOf(')');
            return end >= 0 && stat.startsWith(") Z", end);
        } catch (IOException gone) {
            return false;
        }
    }
}
