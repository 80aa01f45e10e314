package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What goes out of the store: a rename takes it out at once, and one thread deletes its files afterwards. A crash
/// leaves the rest to the next start; what can't be deleted is tried again with the next that is thrown away. Any
/// thread.
final class Trash implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Trash.class.getName());
    private static final String OUTGOING = "out-";
    /// What closing waits for the folder under way; the next start takes it up.
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Path folder;
    private @Nullable Thread thread;
    private boolean isWanted;
    private boolean isClosed;

    /// @param folder of the file system that the store is on; there may be other things in it
    Trash(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /// What is at the path, if anything, is gone from there, durably, when this returns.
    void take(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(path, folder.resolve(OUTGOING + UUID.randomUUID()), StandardCopyOption.ATOMIC_MOVE);
            var parent = path.getParent();
            if (parent != null && !parent.equals(folder)) {
                Durability.syncDirectory(parent);
            }
            empty();
        }
    }

    /// Takes all that is in the folder itself, as at the start.
    void takeAll() throws IOException {
        try (var left = Files.newDirectoryStream(folder)) {
            for (var path : left) {
                if (!isOutgoing(path.getFileName().toString())) {
                    take(path);
                }
            }
        }
        empty();
    }

    private static boolean isOutgoing(String name) {
        return name.startsWith(OUTGOING);
    }

    /// Has it deleted what is left from before, too. Returns at once.
    synchronized void empty() {
        isWanted = true;
        if (thread == null && !isClosed) {
            thread = Thread.ofPlatform().name("reclaim").daemon(true).start(this::run);
        }
    }

    private void run() {
        while (isNext()) {
            try {
                deleteAll();
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Space of deleted layers is not reclaimed yet folder={0} why={1}",
                        folder,
                        e.getMessage());
            }
        }
    }

    private synchronized boolean isNext() {
        var isNext = isWanted && !isClosed;
        isWanted = false;
        if (!isNext) {
            thread = null;
            notifyAll();
        }
        return isNext;
    }

    private synchronized boolean isOpen() {
        return !isClosed;
    }

    private void deleteAll() throws IOException {
        var failures = new Failures();
        try (var directory = Directory.open(folder)) {
            for (var name : directory.names()) {
                if (isOutgoing(name) && isOpen()) {
                    failures.collect(() -> directory.removeTree(name));
                }
            }
        }
        failures.rethrow();
    }

    /// Returns when all that was taken so far has been deleted or could not be.
    synchronized void awaitEmpty() throws InterruptedException {
        while (thread != null) {
            wait();
        }
    }

    /// Waits a while for the folder under way.
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            isClosed = true;
            running = thread;
        }
        if (running != null) {
            try {
                if (!running.join(CLOSE_LIMIT)) {
                    LOG.log(System.Logger.Level.INFO, "The next start goes on reclaiming space folder={0}", folder);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
