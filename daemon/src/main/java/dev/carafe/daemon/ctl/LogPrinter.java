package dev.carafe.daemon.ctl;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/// Prints a log in the CRI's format, `TIME STREAM TAGS TEXT`, as its bytes come; a text tagged `P` goes on in the
/// stream's next line. The text's bytes come out as they went in, whatever their encoding, and are not kept: a line
/// may have any length. For one thread.
final class LogPrinter {
    /// What stands before a text; what is longer is none.
    private static final int HEAD_BYTES = 256;

    private static final int FIELDS_BEFORE_TEXT = 3;

    /// Of a broken line, for who reads the message.
    private static final int SHOWN_BYTES = 100;

    private final Sink out;
    private final Sink err;
    private final boolean timestamps;
    private final Instant since;

    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private int fields;
    private boolean isBroken;
    private @Nullable Sink text;

    /// @param since lines before it are left out
    LogPrinter(PrintStream out, PrintStream err, boolean timestamps, Instant since) {
        this.out = new Sink(out);
        this.err = new Sink(err);
        this.timestamps = timestamps;
        this.since = since;
    }

    /// Where a container's stream goes, and whether the text that it is in goes on in its next line.
    private static final class Sink {
        private final PrintStream stream;
        private boolean goesOn;
        private boolean isShown;

        Sink(PrintStream stream) {
            this.stream = stream;
        }
    }

    /// Takes the next bytes of the log, wherever they begin and end.
    void take(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (text != null) {
                takeText(bytes, text);
            } else if (isBroken) {
                isBroken = bytes.get() != '\n';
            } else {
                takeHead(bytes.get());
            }
        }
    }

    private void takeHead(byte b) {
        if (b == '\n') {
            broken();
            return;
        }
        head.write(b);
        fields += b == ' ' ? 1 : 0;
        if (fields == FIELDS_BEFORE_TEXT) {
            begin(head.toString(StandardCharsets.ISO_8859_1).split(" ", -1));
            reset();
        } else if (head.size() == HEAD_BYTES) {
            broken();
            isBroken = true;
        }
    }

    private void reset() {
        head.reset();
        fields = 0;
    }

    private void broken() {
        var line = head.toString(StandardCharsets.ISO_8859_1);
        err.stream.println("not a line of a CRI log: "
                + Words.harmless(line.length() > SHOWN_BYTES ? line.substring(0, SHOWN_BYTES) + "..." : line));
        reset();
    }

    private void begin(String[] words) {
        var sink = words[1].equals("stderr") ? err : out;
        if (!sink.goesOn) {
            sink.isShown = !isBefore(words[0]);
            if (sink.isShown && timestamps) {
                sink.stream.writeBytes((words[0] + " ").getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        sink.goesOn = words[2].startsWith("P");
        text = sink;
    }

    /// What has no time that can be read is not left out.
    private boolean isBefore(String time) {
        try {
            return !since.equals(Instant.MIN)
                    && OffsetDateTime.parse(time).toInstant().isBefore(since);
        } catch (DateTimeException notOne) {
            return false;
        }
    }

    private void takeText(ByteBuffer bytes, Sink sink) {
        var start = bytes.position();
        var end = start;
        while (end < bytes.limit() && bytes.get(end) != '\n') {
            end++;
        }
        var isWhole = end < bytes.limit();
        if (sink.isShown) {
            var withEnd = isWhole && !sink.goesOn ? end + 1 : end;
            sink.stream.write(bytes.array(), bytes.arrayOffset() + start, withEnd - start);
        }
        bytes.position(isWhole ? end + 1 : end);
        if (isWhole) {
            text = null;
        }
    }

    /// The log's end: what was left open in its last line is closed.
    void end() {
        if (text != null && text.isShown && !text.goesOn) {
            text.stream.println();
        } else if (text == null && head.size() > 0 && !isBroken) {
            broken();
        }
        flush();
    }

    void flush() {
        out.stream.flush();
        err.stream.flush();
    }

    /// Whether nobody reads any more what is printed.
    boolean isCutOff() {
        return out.stream.checkError();
    }
}
