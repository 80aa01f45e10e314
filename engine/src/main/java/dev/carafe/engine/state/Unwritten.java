package dev.carafe.engine.state;

import dev.carafe.linux.Deferred;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/// Records that a disk has refused: they are written again and again until it takes them. Safe for all threads.
final class Unwritten {
    private static final System.Logger LOG = System.getLogger(Unwritten.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Writer writer;
    private final Deferred<String> ids = new Deferred<>("refused records", PAUSE, this::write);

    Unwritten(Writer writer) {
        this.writer = writer;
    }

    /// Writes what a record is now; nothing when it is gone.
    @FunctionalInterface
    interface Writer {
        void write(String id) throws IOException;
    }

    void add(String id) {
        ids.add(id);
    }

    /// Gives those that could still not be written.
    private Set<String> write(Set<String> refused) {
        return refused.stream().filter(id -> !isWritten(id)).collect(Collectors.toSet());
    }

    private boolean isWritten(String id) {
        try {
            writer.write(id);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the record of " + id + " can still not be written", e);
            return false;
        }
    }
}
