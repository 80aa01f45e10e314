package dev.carafe.engine.spec;

import dev.carafe.engine.Invalid;
import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;

/// Folders inside a container's root file system. The image's links are followed, but never out of the root.
final class RootFolders {
    private static final int MODE = 0755;

    private RootFolders() {}

    /// Makes the folder and its missing parents; idempotent.
    static void make(Path rootfs, Path absolute) throws IOException {
        try (var root = Directory.open(rootfs)) {
            var made = Path.of("");
            for (var name : absolute) {
                var next = made.resolve(name);
                if (!exists(root, next, absolute)) {
                    makeIn(root, made, name.toString());
                    if (!exists(root, next, absolute)) {
                        throw new Invalid(absolute + ": a link in the image leads nowhere");
                    }
                }
                made = next;
            }
        }
    }

    private static void makeIn(Directory root, Path parent, String name) throws ErrnoException {
        try (var folder = root.directory(parent.toString().isEmpty() ? "." : parent.toString())) {
            folder.mkdir(name, MODE);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
    }

    private static boolean exists(Directory root, Path folder, Path whole) throws ErrnoException {
        try (var _ = root.directory(folder.toString())) {
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOTDIR)) {
                throw new Invalid(whole + ": /" + folder + " is not a folder in the image");
            }
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            return false;
        }
    }
}
