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

    private final Trash trash;
    private Path folder;
    private boolean committed;

    private Staging(Trash trash, Path folder) {
        this.trash = trash;
        this.folder = folder;
    }

    /// In the trash's folder, so that a crash makes it trash.
    static Staging create(Trash trash) throws IOException {
        return new Staging(trash, Files.createDirectory(trash.folder().resolve(INCOMING + UUID.randomUUID())));
    }

    Path folder() {
        return folder;
    }

    /// The rename is durable when this returns. Debris that a failure left at the target gives way.
    void moveTo(Path target) throws IOException {
        trash.take(target);
        Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        folder = target;
        Durability.syncDirectory(folderOf(target));
    }

    void commit() {
        committed = true;
    }

    /// All of it is deleted when this returns, so that its space is there for the next try. An interrupt, which may
    /// be why it was not committed, doesn't keep it from its work.
    @Override
    public void close() throws IOException {
        if (committed) {
            return;
        }
        var interrupted = Thread.interrupted();
        try (var directory = Directory.open(folderOf(folder))) {
            directory.removeTree(folder.getFileName().toString());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Path folderOf(Path path) throws IOException {
        var parent = path.getParent();
        if (parent == null) {
            throw new IOException(path + " is in no folder");
        }
        return parent;
    }
}
