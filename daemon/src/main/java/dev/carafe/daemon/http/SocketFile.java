package dev.carafe.daemon.http;

import dev.carafe.linux.UnixSockets;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// The file by which clients find the server. It appears at once with its final mode, in place of a stale one,
/// and goes when this is closed, unless another daemon has taken its place. For one thread.
public final class SocketFile implements AutoCloseable {
    private final Path path;
    private final Path folder;
    private @Nullable Object published;

    private SocketFile(Path path, Path folder) {
        this.path = path;
        this.folder = folder;
    }

    /// Makes the folders up to it and a private one, in which to bind.
    public static SocketFile prepare(Path path) throws IOException {
        UnixSockets.requireFree(path);
        var parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("not a socket's path: " + path);
        }
        Files.createDirectories(parent);
        var file = new SocketFile(path, parent.resolve("." + path.getFileName()));
        file.makeFolder();
        return file;
    }

    private void makeFolder() throws IOException {
        var onlyOurs = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        try {
            Files.createDirectory(folder, onlyOurs);
        } catch (FileAlreadyExistsException leftByACrash) {
            removeFolder();
            Files.createDirectory(folder, onlyOurs);
        }
    }

    /// Where the server binds before [#publish()]: nobody else gets there.
    public Path binding() {
        return folder.resolve("s");
    }

    /// From now on clients may come.
    public void publish() throws IOException {
        Files.setPosixFilePermissions(binding(), PosixFilePermissions.fromString("rw-rw----"));
        var identity = identity(binding());
        Files.move(binding(), path, StandardCopyOption.ATOMIC_MOVE);
        published = identity;
        removeFolder();
    }

    private void removeFolder() throws IOException {
        Files.deleteIfExists(binding());
        Files.deleteIfExists(folder);
    }

    private static Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /// Before the server's own socket is closed: as long as that is open, no other file can get its inode
    /// number.
    @Override
    public void close() throws IOException {
        removeFolder();
        try {
            if (published != null && published.equals(identity(path))) {
                Files.delete(path);
            }
        } catch (NoSuchFileException gone) {
            // Somebody else removed it.
        }
    }
}
