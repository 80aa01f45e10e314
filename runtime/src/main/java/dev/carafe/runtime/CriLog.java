package dev.carafe.runtime;

import dev.carafe.linux.Durability;
import dev.carafe.linux.Fd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A container's log as the CRI has it: a line for each line, or part of one, that the container writes, with
/// time, stream and whether it is whole. What it writes is in the file at once. A log that can't be written is
/// told of once, and the container goes on. Safe for all threads.
final class CriLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CriLog.class.getName());

    private static final int MODE = 0600;

    /// Of one line in the file; what the container writes in one piece beyond it becomes several parts.
    private static final int LONGEST_PART_BYTES = 16 * 1024;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX").withZone(ZoneOffset.UTC);

    enum Stream {
        STDOUT,
        STDERR;

        private final String word = name().toLowerCase(Locale.ROOT);
    }

    private final Path path;
    private final long maxBytes;
    private final Clock clock;
    private final Set<Stream> unfinished = EnumSet.noneOf(Stream.class);
    private @Nullable Fd file;
    private long size;
    private boolean fails;

    private CriLog(Path path, long maxBytes, Clock clock) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /// @param path the empty one: nothing is written
    /// @param maxBytes where the log begins anew; negative: never
    static CriLog open(Path path, long maxBytes, Clock clock) throws IOException {
        var log = new CriLog(path, maxBytes, clock);
        log.reopen();
        return log;
    }

    /// Goes on in the file that has the name now, or in a new one.
    synchronized void reopen() throws IOException {
        if (path.toString().isEmpty()) {
            return;
        }
        var next = Fd.openAppend(path, MODE);
        close();
        file = next;
        size = Files.size(path);
        fails = false;
    }

    /// Takes all that remains in the buffer.
    synchronized void write(Stream stream, ByteBuffer bytes) {
        if (path.toString().isEmpty()) {
            bytes.position(bytes.limit());
            return;
        }
        var head = TIME.format(clock.instant()) + " " + stream.word + " ";
        var lines = new ByteArrayOutputStream(bytes.remaining() + 256);
        while (bytes.hasRemaining()) {
            var isWhole = takeLine(bytes, lines, head);
            if (isWhole) {
                unfinished.remove(stream);
            } else {
                unfinished.add(stream);
            }
        }
        append(lines.toByteArray());
    }

    /// False when it took a part.
    private static boolean takeLine(ByteBuffer bytes, ByteArrayOutputStream lines, String head) {
        var from = bytes.position();
        var end = from;
        var most = Math.min(bytes.limit(), from + LONGEST_PART_BYTES);
        while (end < most && bytes.get(end) != '\n') {
            end++;
        }
        var isWhole = end < bytes.limit() && bytes.get(end) == '\n';
        lines.writeBytes((head + (isWhole ? "F " : "P ")).getBytes(StandardCharsets.US_ASCII));
        var line = new byte[end - from];
        bytes.get(line);
        lines.writeBytes(line);
        lines.write('\n');
        if (isWhole) {
            bytes.get();
        }
        return isWhole;
    }

    /// A line whose end never came is whole.
    synchronized void end() {
        var time = TIME.format(clock.instant());
        for (var stream : unfinished) {
            append((time + " " + stream.word + " F \n").getBytes(StandardCharsets.US_ASCII));
        }
        unfinished.clear();
    }

    private void append(byte[] lines) {
        try {
            if (maxBytes >= 0 && size > 0 && size + lines.length > maxBytes) {
                beginAnew();
            }
            if (file != null) {
                file.write(lines);
                size += lines.length;
                fails = false;
            }
        } catch (IOException e) {
            if (!fails) {
                LOG.log(System.Logger.Level.ERROR, "what a container writes is not in its log " + path, e);
            }
            fails = true;
        }
    }

    /// Who follows the file sees another in its place.
    private void beginAnew() throws IOException {
        var next = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(next);
        var fd = Fd.openAppend(next, MODE);
        try {
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            fd.close();
            throw e;
        }
        close();
        file = fd;
        size = 0;
    }

    /// What is there survives the host's end from then on.
    void sync() throws IOException {
        if (path.toString().isEmpty()) {
            return;
        }
        try {
            Durability.syncFile(path);
        } catch (NoSuchFileException wasRotated) {
            LOG.log(System.Logger.Level.DEBUG, "{0} is not there to be synced", path);
        }
    }

    @Override
    public synchronized void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
