package dev.carafe.daemon.ctl;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;

/// Prints a log in the CRI's format: `TIME STREAM TAGS TEXT`, where a text tagged `P` goes on in the next line.
final class LogPrinter {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean timestamps;

    LogPrinter(PrintStream out, PrintStream err, boolean timestamps) {
        this.out = out;
        this.err = err;
        this.timestamps = timestamps;
    }

    /// @param tail only so many last lines of the file; negative: all
    void print(Path log, int tail) throws IOException {
        try (var lines = Files.lines(log)) {
            if (tail < 0) {
                lines.forEach(this::print);
                return;
            }
            var last = new ArrayDeque<String>();
            lines.forEach(line -> {
                last.add(line);
                if (last.size() > tail) {
                    last.remove();
                }
            });
            last.forEach(this::print);
        }
    }

    private void print(String line) {
        var fields = line.split(" ", 4);
        if (fields.length < 4) {
            err.println("not a line of a CRI log: " + line);
            return;
        }
        var stream = fields[1].equals("stderr") ? err : out;
        var text = timestamps ? fields[0] + " " + fields[3] : fields[3];
        if (fields[2].startsWith("P")) {
            stream.print(text);
        } else {
            stream.println(text);
        }
    }
}
