package dev.carafe.daemon.ctl;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;

/// Prints a log in the CRI's format: `TIME STREAM TAGS TEXT`, where a text tagged `P` goes on in the stream's
/// next line. The text's bytes come out as they went in, whatever their encoding.
final class LogPrinter {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean timestamps;
    private boolean outGoesOn;
    private boolean errGoesOn;

    LogPrinter(PrintStream out, PrintStream err, boolean timestamps) {
        this.out = out;
        this.err = err;
        this.timestamps = timestamps;
    }

    /// @param tail only so many last lines of the file; negative: all
    void print(Path log, int tail) throws IOException {
        // Latin-1 keeps every byte.
        try (var in = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
            var last = new ArrayDeque<String>();
            for (var line = next(in); line.isPresent(); line = next(in)) {
                if (tail < 0) {
                    print(line.get());
                    continue;
                }
                last.add(line.get());
                if (last.size() > tail) {
                    last.remove();
                }
            }
            last.forEach(this::print);
        }
    }

    /// Up to the next newline; carriage returns are text. Empty at the end.
    private static Optional<String> next(Reader in) throws IOException {
        var line = new StringBuilder();
        var c = in.read();
        if (c < 0) {
            return Optional.empty();
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return Optional.of(line.toString());
    }

    private void print(String line) {
        var fields = line.split(" ", 4);
        if (fields.length < 4) {
            err.println("not a line of a CRI log: " + Words.harmless(line));
            return;
        }
        var isError = fields[1].equals("stderr");
        var goesOn = fields[2].startsWith("P");
        var isStart = isError ? !errGoesOn : !outGoesOn;
        var text = (timestamps && isStart ? fields[0] + " " : "") + fields[3] + (goesOn ? "" : "\n");
        (isError ? err : out).writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        if (isError) {
            errGoesOn = goesOn;
        } else {
            outGoesOn = goesOn;
        }
    }
}
