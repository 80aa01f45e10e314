package dev.carafe.runtime;

import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.Fd;
import dev.carafe.linux.Inotify;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/// Asks a monitor through its control FIFO to open the log anew, and waits until the new file has its name, since
/// the monitor does not answer.
final class ReopenLog {
    private static final Duration REOPENED_WITHIN = Duration.ofSeconds(10);

    /// "TYPE HEIGHT WIDTH": 2 asks for the log, and then the rest has no meaning.
    private static final byte[] REOPEN = "2 0 0\n".getBytes(StandardCharsets.US_ASCII);

    private ReopenLog() {}

    static void reopen(ContainerFiles files) throws IOException, InterruptedException {
        Path log;
        try {
            log = Files.readSymbolicLink(files.log());
        } catch (NoSuchFileException hasNoLog) {
            return;
        }
        try (var changes = Inotify.open()) {
            changes.watch(Objects.requireNonNull(log.getParent()));
            try (var control = Fd.openFifo(files.control())) {
                control.write(REOPEN);
            } catch (ErrnoException e) {
                throw e.is(Errno.ENXIO)
                        ? new IOException("container " + files.id() + " has no monitor to write its log", e)
                        : e;
            }
            await(changes, log);
        }
    }

    private static void await(Inotify changes, Path log) throws IOException, InterruptedException {
        var deadline = Deadline.in(REOPENED_WITHIN);
        while (!deadline.isOver()) {
            for (var event : changes.next(deadline.left())) {
                switch (event) {
                    // The monitor renames the new file into place.
                    case Inotify.Event.Complete(var folder, var name) -> {
                        if (folder.resolve(name).equals(log)) {
                            return;
                        }
                    }
                    case Inotify.Event.Lost() -> {
                        if (Files.exists(log)) {
                            return;
                        }
                    }
                    case Inotify.Event.Created _, Inotify.Event.Gone _ -> {}
                }
            }
        }
        throw new IOException("the monitor did not open " + log + " within " + REOPENED_WITHIN.toSeconds() + " s");
    }
}
