package dev.carafe.runtime;

import dev.carafe.linux.Inotify;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// Asks a monitor through its control FIFO to open the log anew, and waits until the new file has its name, since
/// the monitor does not answer. The monitor puts the new file in the place of whatever has that name, so it is not
/// asked while it writes to that very file: a second request, or one before the log was moved away, would cost lines.
/// Safe for all threads.
final class ReopenLog {
    private static final Duration REOPENED_WITHIN = Duration.ofSeconds(10);

    private final IdLocks locks = new IdLocks();

    /// Nothing when the container has no log, or when the monitor writes to the file of that name.
    void reopen(ContainerFiles files) throws IOException, InterruptedException {
        Path log;
        try {
            log = Files.readSymbolicLink(files.log());
        } catch (NoSuchFileException hasNoLog) {
            return;
        }
        var lock = locks.of(files);
        lock.lockInterruptibly();
        try {
            reopen(files, log);
        } finally {
            lock.unlock();
        }
    }

    private static void reopen(ContainerFiles files, Path log) throws IOException, InterruptedException {
        try (var monitor = Monitor.open(files)
                        .orElseThrow(() -> new IOException(
                                "container " + files.id() + " has no monitor that could write to " + log));
                var changes = Inotify.open()) {
            changes.watch(Objects.requireNonNull(log.getParent()));
            var old = identity(log);
            if (old.isPresent() && monitor.hasOpen(old.get())) {
                return;
            }
            MonitorControl.reopenLog(files);
            await(changes, log, old);
        }
    }

    /// The monitor renames the new file into place. The kernel tells of the old one's end under the same name.
    private static void await(Inotify changes, Path log, Optional<Object> old)
            throws IOException, InterruptedException {
        var deadline = Deadline.in(REOPENED_WITHIN);
        while (!deadline.isOver()) {
            if (!changes.next(deadline.left()).isEmpty()) {
                var now = identity(log);
                if (now.isPresent() && !now.equals(old)) {
                    return;
                }
            }
        }
        throw new IOException("the monitor did not open " + log + " within " + REOPENED_WITHIN.toSeconds() + " s");
    }

    /// Empty when there is no such file.
    private static Optional<Object> identity(Path file) throws IOException {
        try {
            return Optional.of(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }
}
