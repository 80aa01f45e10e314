package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.IdRange;
import java.io.IOException;
import java.nio.file.Path;

/// Folders inside a container's root file system. The image's links are followed, but never out of the root.
final class RootFolders {
    private static final int MODE = 0755;

    private final Path rootfs;
    private final IdRange ids;

    /// @param ids the folders belong to their root
    RootFolders(Path rootfs, IdRange ids) {
        this.rootfs = rootfs;
        this.ids = ids;
    }

    /// Makes the folder and its missing parents; idempotent. Below a link that leads nowhere nothing is made: it
    /// may lead to what a mount will bring.
    ///
    /// @param absolute normalized
    /// @param field for the message when something else than a folder is in the way
    void make(Path absolute, String field) throws IOException {
        try (var root = Directory.open(rootfs)) {
            var made = Path.of("");
            for (var name : absolute) {
                var next = made.resolve(name);
                if (!exists(root, next) && !makeIn(root, made, name.toString()) && !exists(root, next)) {
                    return;
                }
                made = next;
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                throw new Invalid(field + ": " + absolute + " can't be a folder in this image: " + e.getMessage());
            }
            throw e;
        }
    }

    /// False when the name is taken.
    private boolean makeIn(Directory root, Path parent, String name) throws ErrnoException {
        try (var folder = root.directory(parent.toString())) {
            folder.mkdir(name, MODE);
            folder.own(name, ids.toHost(0), ids.toHost(0));
            return true;
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            return false;
        }
    }

    private static boolean exists(Directory root, Path folder) throws ErrnoException {
        try (var _ = root.directory(folder.toString())) {
            return true;
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            return false;
        }
    }
}
