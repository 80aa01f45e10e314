package dev.carafe.storage;

import dev.carafe.linux.Deferred;
import dev.carafe.linux.Durability;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/// Makes changed files and their folders survive a power cut a moment after they changed, away from those who wait
/// for the change; what changes several times meanwhile is synced once. Any thread.
final class LaterSync {
    static final Duration DELAY = Duration.ofMillis(200);

    private static final System.Logger LOG = System.getLogger(LaterSync.class.getName());

    private final Sync files;
    private final Sync folders;
    private final Deferred<Path> changed = new Deferred<>("sync records", DELAY, this::sync);

    LaterSync() {
        this(Durability::syncFile, Durability::syncDirectory);
    }

    LaterSync(Sync files, Sync folders) {
        this.files = files;
        this.folders = folders;
    }

    /// The file was written, renamed or deleted.
    void changed(Path file) {
        changed.add(file);
    }

    /// Once each, whatever comes of it.
    private Set<Path> sync(Set<Path> taken) {
        var parents = new HashSet<Path>();
        for (var file : taken) {
            parents.add(Objects.requireNonNull(file.getParent()));
            sync(files, file);
        }
        parents.forEach(folder -> sync(folders, folder));
        return Set.of();
    }

    private static void sync(Sync how, Path path) {
        try {
            how.sync(path);
        } catch (NoSuchFileException deleted) {
            // Its folder's sync makes that durable.
            return;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, path + " could not be synced; a power cut may take its change", e);
        }
    }

    /// As fsync(2).
    @FunctionalInterface
    interface Sync {
        void sync(Path path) throws IOException;
    }
}
