package dev.carafe.daemon.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
    @TempDir
    private Path folder;

    private static ServerSocketChannel bind(Path path, int backlog) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path), backlog);
    }

    private static void connect(Path path) throws IOException {
        SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    @Test
    void theFolderIsMadeAndTheSocketIsOnlyItsOwnersAndGroups() throws IOException {
        var path = folder.resolve("a/b/crio.sock");
        try (var socket = SocketFile.prepare(path);
                var server = bind(socket.binding(), 5)) {
            assertTrue(server.isOpen());
            assertFalse(Files.exists(path), "nobody gets there before it has its final mode");
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(socket.binding().getParent())));
            socket.publish();
            assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            connect(path);
            try (var files = Files.list(path.getParent())) {
                assertEquals(List.of(path), files.toList());
            }
        }
        assertFalse(Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aStaleSocketIsReplaced() throws IOException {
        var path = folder.resolve("s");
        bind(path, 5).close();
        assertTrue(Files.exists(path));
        try (var socket = SocketFile.prepare(path);
                var _ = bind(socket.binding(), 5)) {
            socket.publish();
            connect(path);
        }
        assertEquals(List.of(), files());
    }

    @Test
    void aLiveSocketIsRefusedAndLivesOn() throws IOException {
        var path = folder.resolve("s");
        try (var _ = bind(path, 5)) {
            var refused = assertThrows(IOException.class, () -> SocketFile.prepare(path));
            assertTrue(refused.getMessage().startsWith("another daemon is listening on " + path), refused.getMessage());
            connect(path);
        }
    }

    @Test
    void aDaemonThatHangsWithAFullQueueIsRefusedWithoutWaitingForIt() throws IOException {
        var path = folder.resolve("s");
        var waiting = new ArrayList<SocketChannel>();
        try (var _ = bind(path, 1)) {
            assertThrows(SocketException.class, () -> {
                while (true) {
                    var client = SocketChannel.open(StandardProtocolFamily.UNIX);
                    waiting.add(client);
                    client.configureBlocking(false);
                    client.connect(UnixDomainSocketAddress.of(path));
                }
            });
            assertThrows(IOException.class, () -> SocketFile.prepare(path));
        } finally {
            for (var client : waiting) {
                client.close();
            }
        }
    }

    @Test
    void whatIsNoSocketIsRefusedAndStays() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "precious");
        var refused = assertThrows(IOException.class, () -> SocketFile.prepare(file));
        assertTrue(refused.getMessage().contains("is none itself"), refused.getMessage());
        assertEquals("precious", Files.readString(file));
        var link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nothing"));
        assertThrows(IOException.class, () -> SocketFile.prepare(link));
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void aPathThatUnixSocketsCantHaveIsRefused() {
        var path = folder.resolve("x".repeat(120));
        var refused = assertThrows(IOException.class, () -> SocketFile.prepare(path));
        assertTrue(refused.getMessage().contains("longer than"), refused.getMessage());
    }

    @Test
    void theLongestPathThatIsAllowedWorks() throws IOException {
        var path = folder.resolve("x".repeat(103 - folder.toString().length() - 1));
        try (var socket = SocketFile.prepare(path);
                var _ = bind(socket.binding(), 5)) {
            socket.publish();
            connect(path);
        }
    }

    @Test
    void theSocketOfTheNextDaemonStays() throws IOException {
        var path = folder.resolve("s");
        var first = SocketFile.prepare(path);
        try (var _ = bind(first.binding(), 5)) {
            first.publish();
            Files.delete(path);
            try (var _ = bind(path, 5)) {
                first.close();
                connect(path);
            }
        }
    }

    @Test
    void whatACrashLeftBeforePublishingIsClearedAway() throws IOException {
        var path = folder.resolve("s");
        var crashed = SocketFile.prepare(path);
        bind(crashed.binding(), 5).close();
        try (var socket = SocketFile.prepare(path);
                var _ = bind(socket.binding(), 5)) {
            socket.publish();
            connect(path);
        }
        assertEquals(List.of(), files());
    }

    @Test
    void whatIsNeverPublishedLeavesNothing() throws IOException {
        try (var socket = SocketFile.prepare(folder.resolve("s"));
                var _ = bind(socket.binding(), 5)) {
            assertTrue(Files.exists(socket.binding()));
        }
        assertEquals(List.of(), files());
    }
}
