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

/// Where sockets of the file system may be made (unix(7)).
public final class UnixSockets {
    /// What the JDK and unix(7) take, less what it costs to bind in a folder beside: `./s`.
    private static final int MAX_PATH_BYTES = 106 - 3;

    private static final int TYPE_OF_FILE = 0170000;
    private static final int SOCKET = 0140000;

    private UnixSockets() {}

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
