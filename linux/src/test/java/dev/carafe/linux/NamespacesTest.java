package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("system")
class NamespacesTest {
    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    @TempDir
    private Path folder;

    private Map<NamespaceKind, Path> pins() {
        return Map.of(
                NamespaceKind.NETWORK, folder.resolve("net"),
                NamespaceKind.UTS, folder.resolve("uts"),
                NamespaceKind.IPC, folder.resolve("ipc"));
    }

    @AfterEach
    void unpin() throws IOException {
        for (var pin : pins().values()) {
            Namespaces.unpin(pin);
        }
    }

    @Test
    void namespacesOutliveTheThreadThatMadeThemAndTheDaemonStaysInItsOwn() throws IOException {
        var own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        var hostname = Files.readString(HOSTNAME);
        Namespaces.pin(
                pins(),
                new NamespaceSetup("pod-1", Map.of("net.ipv4.ip_forward", "1", "kernel.shm_rmid_forced", "1"), true));
        for (var pin : pins().values()) {
            assertTrue(Namespaces.isPinned(pin));
        }
        assertEquals("pod-1\n", Namespaces.inside(folder.resolve("uts"), () -> Files.readString(HOSTNAME)));
        assertEquals("1", parameter("net", "/proc/sys/net/ipv4/ip_forward"));
        assertEquals("1", parameter("ipc", "/proc/sys/kernel/shm_rmid_forced"));
        assertEquals(hostname, Files.readString(HOSTNAME));
        assertEquals(own, Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        var inside = Namespaces.inside(
                folder.resolve("net"), () -> Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")));
        assertNotEquals(own, inside);
    }

    private String parameter(String pin, String file) throws IOException {
        return Namespaces.inside(
                folder.resolve(pin), () -> Files.readString(Path.of(file)).strip());
    }

    @Test
    void theNamespaceOfAProcessIsPinnedWhileTheProcessLivesAndNotAfterIt() throws Exception {
        var pin = folder.resolve("ipc");
        var process = Spawn.of(Path.of("/usr/bin/unshare"), List.of("--ipc", "sleep", "1000"));
        try (var child = process.start();
                var pidfd = Pidfd.open(child.pid()).orElseThrow()) {
            var own = Files.readSymbolicLink(Path.of("/proc/self/ns/ipc"));
            var inside = Path.of("/proc/" + child.pid() + "/ns/ipc");
            for (var tries = 0; tries < 1000 && Files.readSymbolicLink(inside).equals(own); tries++) {
                Thread.sleep(5);
            }
            Namespaces.pin(pidfd, NamespaceKind.IPC, pin);
            assertTrue(Namespaces.isPinned(pin));
            var pinned = Namespaces.inside(pin, () -> Files.readSymbolicLink(Path.of("/proc/thread-self/ns/ipc")));
            assertEquals(Files.readSymbolicLink(inside), pinned);
            Namespaces.unpin(pin);

            child.kill(Signals.KILL);
            assertTrue(pidfd.awaitExit(Duration.ofSeconds(10)));
            assertThrows(IOException.class, () -> Namespaces.pin(pidfd, NamespaceKind.IPC, pin));
            assertFalse(Files.exists(pin));
        }
    }

    @Test
    void loopbackIsUpInANewNetwork() throws IOException {
        Namespaces.pin(pins(), new NamespaceSetup("", Map.of(), true));
        var answers = Namespaces.inside(folder.resolve("net"), () -> {
            var loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
            return loopback != null && loopback.isUp();
        });
        assertTrue(answers);
    }

    @Test
    void whatFailsHalfWayLeavesNothing() {
        var setup = new NamespaceSetup("", Map.of("net.no.such.parameter", "1"), false);
        assertThrows(IOException.class, () -> Namespaces.pin(pins(), setup));
        var unwritable =
                Map.of(NamespaceKind.UTS, folder.resolve("uts"), NamespaceKind.IPC, folder.resolve("missing/ipc"));
        assertThrows(IOException.class, () -> Namespaces.pin(unwritable, NamespaceSetup.none()));
        assertFalse(Files.exists(folder.resolve("uts")));
        assertFalse(Files.exists(folder.resolve("net")));
    }

    @Test
    void unpinningMayBeRepeated() throws IOException {
        Namespaces.pin(pins(), NamespaceSetup.none());
        var pin = folder.resolve("net");
        Namespaces.unpin(pin);
        Namespaces.unpin(pin);
        assertFalse(Namespaces.isPinned(pin));
        assertFalse(Files.exists(pin));
    }

    @Test
    void aFileThatIsNoNamespaceIsNoPin() throws IOException {
        var file = Files.createFile(folder.resolve("file"));
        assertFalse(Namespaces.isPinned(file));
        assertThrows(ErrnoException.class, () -> Namespaces.inside(file, () -> true));
    }

    @Test
    void kindsThatAThreadCanNotHaveAloneAreRefused() {
        var pins = Map.of(NamespaceKind.USER, folder.resolve("user"));
        assertThrows(IllegalArgumentException.class, () -> Namespaces.pin(pins, NamespaceSetup.none()));
    }

    @Test
    void aParametersNameCanNotLeaveTheFolderOfParameters() {
        var setup = new NamespaceSetup("", Map.of("net/../../../../tmp", "1"), false);
        assertThrows(Exception.class, () -> Namespaces.pin(pins(), setup));
    }
}
