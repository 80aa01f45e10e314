package dev.carafe.engine.image;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.Directory;
import dev.carafe.linux.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/// A file or folder that gets its name only when it is whole and on disk: until then it has another one beside it,
/// and closing it takes it away. A crash leaves that other name, which begins with [#PREFIX]. Nothing that is there is
/// ever replaced. For one thread.
final class NewPlace implements AutoCloseable {
    static final String PREFIX = ".carafe-export-";

    private final Path target;
    private final Path parent;
    private final Path path;
    private boolean isCommitted;

    private NewPlace(Path target, Path parent) {
        this.target = target;
        this.parent = parent;
        path = parent.resolve(PREFIX + UUID.randomUUID());
    }

    /// @param target absolute
    static NewPlace beside(Path target) throws IOException {
        if (!target.isAbsolute()) {
            throw new Invalid("not an absolute path: " + target);
        }
        var parent = target.normalize().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IOException("there is no folder for " + target);
        }
        var place = new NewPlace(target.normalize(), parent);
        place.refuseTaken();
        return place;
    }

    private void refuseTaken() {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new Invalid(target + " is there already, and is not replaced; remove it first");
        }
    }

    /// To be made by the caller.
    Path path() {
        return path;
    }

    /// Gives it its name, durably. What it holds has to be on disk.
    void commit() throws IOException {
        refuseTaken();
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        isCommitted = true;
        Durability.syncDirectory(parent);
    }

    /// An interrupt, which may be why it was not committed, doesn't keep it from its work.
    @Override
    public void close() throws IOException {
        if (isCommitted) {
            return;
        }
        var interrupted = Thread.interrupted();
        try (var directory = Directory.open(parent)) {
            directory.removeTree(path.getFileName().toString());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
