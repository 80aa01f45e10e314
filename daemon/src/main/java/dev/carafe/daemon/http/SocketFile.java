package dev.carafe.daemon.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
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
    /// What the JDK and unix(7) take, less what the longer name costs at which the server binds.
    private static final int MAX_PATH_BYTES = 106 - "./s".length();

    private static final int TYPE_OF_FILE = 0170000;
    private static final int SOCKET = 0140000;

    private final Path path;
    private final Path folder;
    private @Nullable Object published;

    private SocketFile(Path path, Path folder) {
        this.path = path;
        this.folder = folder;
    }

    /// @throws IOException when another daemon answers there, or the path is taken by something that is no
    ///     socket
    public static void requireFree(Path path) throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new IOException("the socket's path is longer than " + MAX_PATH_BYTES + " bytes: " + path);
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new IOException(
                    path + " is in the way of the socket and is none itself; remove it, or listen elsewhere");
        }
        if (answers(path)) {
            throw new IOException("another daemon is listening on " + path + "; stop it, or listen elsewhere");
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        var mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & TYPE_OF_FILE) == SOCKET;
    }

    private static boolean answers(Path path) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // A daemon that hangs has a full queue, at which a blocking connect would wait for ever.
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException refused) {
            return false;
        } catch (SocketException other) {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS); // somebody is there and is too busy for us
        }
    }

    /// Makes the folders up to it and a private one, in which to bind.
    public static SocketFile prepare(Path path) throws IOException {
        requireFree(path);
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
