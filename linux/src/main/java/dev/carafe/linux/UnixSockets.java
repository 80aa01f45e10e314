package dev.carafe.linux;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;

/// Sockets of the file system (unix(7)): where they may be made, and connections to them.
public final class UnixSockets {
    /// What the JDK and unix(7) take, less what it costs to bind in a folder beside: `./s`.
    private static final int MAX_PATH_BYTES = 106 - 3;

    private static final int TYPE_OF_FILE = 0170000;
    private static final int SOCKET = 0140000;

    /// SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC
    private static final int STREAM = 1 | 04000 | 02000000;

    private static final int AT_FDCWD = -100;
    private static final int O_PATH = 010000000;
    private static final int O_CLOEXEC = 02000000;

    private UnixSockets() {}

    /// A stream of bytes in both directions, however long the path is, if not its last part. Never waits: a
    /// listener whose queue is full is an error.
    public static Fd connect(Path path) throws IOException {
        return connect(path, STREAM);
    }

    static Fd connect(Path path, int type) throws IOException {
        try (var call = new Call()) {
            var folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
            var number =
                    call.checked(folder.toString(), Syscall.OPENAT, AT_FDCWD, call.path(folder), O_PATH | O_CLOEXEC, 0);
            try (var open = new Fd((int) number)) {
                return connect(call, "/proc/self/fd/" + open.number() + "/" + path.getFileName(), type);
            }
        }
    }

    private static Fd connect(Call call, String path, int type) throws IOException {
        var address = UnixAddress.of(call, path);
        var socket = new Fd((int) call.checked("", Syscall.SOCKET, UnixAddress.FAMILY, type, 0));
        try {
            call.checked(path, Syscall.CONNECT, socket.number(), address.address(), address.length());
            return socket;
        } catch (ErrnoException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// Removes a socket at which nobody listens any more; nothing when somebody does, or when there is none.
    public static void removeDead(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && isSocket(path) && !answers(path)) {
            Files.deleteIfExists(path);
        }
    }

    /// @throws IOException when somebody answers there, or the path is taken by something that is no socket
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
}
