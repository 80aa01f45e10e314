package dev.carafe.storage;

import dev.carafe.linux.Directory;
import dev.carafe.linux.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/// A folder on its way into the store. Unless it is committed, closing it deletes it, wherever it has got to; a
/// crash leaves it to the next start, which deletes whatever is in the staging folder or has no record. For one
/// thread.
final class Staging implements AutoCloseable {
    private static final String INCOMING = "in-";
    private static final String OUTGOING = "out-";

    private final Path staging;
    private Path folder;
    private boolean committed;

    private Staging(Path staging, Path folder) {
        this.staging = staging;
        this.folder = folder;
    }

    static Staging create(Path staging) throws IOException {
        return new Staging(staging, Files.createDirectory(unused(staging, INCOMING)));
    }

    /// What is at the path, if anything, is deleted: moved into staging first, so that no half of it stays.
    static void delete(Path staging, Path path) throws IOException {
        if (Files.exists(path)) {
            var aside = unused(staging, OUTGOING);
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
            Durability.syncDirectory(folderOf(path));
            removeTree(staging, aside);
        }
    }

    /// Deletes all that is in the staging folder.
    static void empty(Path staging) throws IOException {
        deleteAll(staging, "");
    }

    /// Deletes what a [#delete] that failed has left in the staging folder.
    static void deleteLeftovers(Path staging) throws IOException {
        deleteAll(staging, OUTGOING);
    }

    private static void deleteAll(Path staging, String prefix) throws IOException {
        try (var directory = Directory.open(staging)) {
            for (var name : directory.names()) {
                if (name.startsWith(prefix)) {
                    directory.removeTree(name);
                }
            }
        }
    }

    Path folder() {
        return folder;
    }

    /// The rename is durable when this returns. Debris that a failure left at the target gives way.
    void moveTo(Path target) throws IOException {
        delete(staging, target);
        Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        folder = target;
        Durability.syncDirectory(folderOf(target));
    }

    void commit() {
        committed = true;
    }

    /// An interrupt, which may be why it was not committed, doesn't keep it from its work.
    @Override
    public void close() throws IOException {
        if (committed) {
            return;
        }
        var interrupted = Thread.interrupted();
        try {
            if (folder.startsWith(staging)) {
                removeTree(staging, folder);
            } else {
                delete(staging, folder);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Path unused(Path staging, String prefix) {
        return staging.resolve(prefix + UUID.randomUUID());
    }

    private static Path folderOf(Path path) throws IOException {
        var parent = path.getParent();
        if (parent == null) {
            throw new IOException(path + " is in no folder");
        }
        return parent;
    }

    private static void removeTree(Path staging, Path folder) throws IOException {
        try (var directory = Directory.open(staging)) {
            directory.removeTree(folder.getFileName().toString());
        }
    }
}
