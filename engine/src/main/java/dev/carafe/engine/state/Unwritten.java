package dev.carafe.engine.state;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// Records that a full disk has refused: they are written again and again until it takes them. Safe for all threads.
final class Unwritten {
    static final Duration PAUSE = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(Unwritten.class.getName());

    private final Writer writer;
    private final Set<String> ids = new HashSet<>();
    private boolean isRunning;

    Unwritten(Writer writer) {
        this.writer = writer;
    }

    /// Writes what a record is now; nothing when it is gone.
    @FunctionalInterface
    interface Writer {
        void write(String id) throws IOException;
    }

    synchronized void add(String id) {
        ids.add(id);
        if (!isRunning) {
            isRunning = true;
            Thread.ofVirtual().name("records of a full disk").start(this::run);
        }
    }

    private void run() {
        try {
            do {
                Thread.sleep(PAUSE);
                all().forEach(this::attempt);
            } while (goesOn());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private synchronized Set<String> all() {
        return Set.copyOf(ids);
    }

    private void attempt(String id) {
        try {
            writer.write(id);
            written(id);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the record of " + id + " can still not be written", e);
        }
    }

    private synchronized void written(String id) {
        ids.remove(id);
    }

    private synchronized boolean goesOn() {
        isRunning = !ids.isEmpty();
        return isRunning;
    }
}
