package dev.carafe.daemon.ctl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;

/// Prints a container's log, and what is written to it from then on until the container has ended, in whatever files
/// of that name: it may be moved away and begun anew at any time. For one thread.
final class FollowLog {
    private static final int BLOCK_BYTES = 64 * 1024;

    /// How often the file may be moved away while it is opened.
    private static final int OPENINGS = 100;

    /// Between looks at the file and at the container's state.
    private static final Duration LOOKS_EVERY = Duration.ofMillis(100);

    private final Path log;
    private final LogPrinter printer;
    private final Container container;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);

    FollowLog(Path log, LogPrinter printer, Container container) {
        this.log = log;
        this.printer = printer;
        this.container = container;
    }

    /// Whose log it is.
    @FunctionalInterface
    interface Container {
        /// Once it has, its log is complete.
        boolean hasEnded() throws IOException;
    }

    /// A file that had the log's name when it was opened.
    private record Opened(FileChannel channel, Object identity) {}

    /// Prints to the end of what there is, or until the container has ended.
    ///
    /// @param tail only so many last lines of what is there now; negative: all
    void run(int tail, boolean follow) throws IOException {
        var file = open().orElseThrow(() -> new NoSuchFileException(log.toString()));
        try {
            if (tail >= 0) {
                file.channel.position(LogTail.start(file.channel, tail));
            }
            drain(file.channel);
            while (follow && !printer.isCutOff()) {
                var ended = container.hasEnded();
                // Held before the rest of the old one is shown: whoever sees that may move the new one away.
                var next = isRotated(file) ? open() : Optional.<Opened>empty();
                drain(file.channel);
                if (next.isPresent()) {
                    file.channel.close();
                    file = next.get();
                } else if (ended || !pause()) {
                    break;
                }
            }
            printer.end();
        } finally {
            file.channel.close();
        }
    }

    /// Empty while no file has the name.
    private Optional<Opened> open() throws IOException {
        for (var tries = 0; tries < OPENINGS; tries++) {
            var identity = identity();
            if (identity.isEmpty()) {
                return Optional.empty();
            }
            try {
                var channel = FileChannel.open(log);
                if (identity().equals(identity)) {
                    return Optional.of(new Opened(channel, identity.get()));
                }
                channel.close();
            } catch (NoSuchFileException moved) {
                return Optional.empty();
            }
        }
        throw new IOException(log + " is moved away all the time");
    }

    private void drain(FileChannel file) throws IOException {
        if (file.position() > file.size()) { // cut by somebody
            file.position(0);
        }
        while (file.read(block.clear()) > 0) {
            printer.take(block.flip());
        }
        printer.flush();
    }

    private boolean isRotated(Opened file) throws IOException {
        var now = identity();
        // What had the name before gets nothing any more once another has it.
        return now.isPresent() && !now.get().equals(file.identity);
    }

    /// Empty while no file has the name.
    private Optional<Object> identity() throws IOException {
        try {
            return Optional.of(
                    Files.readAttributes(log, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /// False when the thread was interrupted.
    private static boolean pause() {
        try {
            Thread.sleep(LOOKS_EVERY);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
