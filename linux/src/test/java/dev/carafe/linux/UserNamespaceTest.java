package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
class UserNamespaceTest {
    private static final IdRange IDS = new IdRange(200_000, 65_536);

    @TempDir
    private Path folder;

    private Map<NamespaceKind, Path> pins() {
        return Map.of(
                NamespaceKind.USER, folder.resolve("user"),
                NamespaceKind.NETWORK, folder.resolve("net"),
                NamespaceKind.UTS, folder.resolve("uts"),
                NamespaceKind.IPC, folder.resolve("ipc"));
    }

    @AfterEach
    void unpin() throws IOException {
        for (var target : List.of("target", "file-target")) {
            Mounts.unmount(folder.resolve(target));
        }
        for (var pin : pins().values()) {
            Namespaces.unpin(pin);
        }
    }

    private static String parameter(Path pin, String file) throws IOException {
        return Namespaces.inside(pin, () -> {
            // In one read: a second one of a number finds its end (readString begins with one byte).
            try (var in = Files.newInputStream(Path.of(file))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
        });
    }

    @Test
    void theOtherNamespacesBelongToItAndAreSetUp() throws Exception {
        var sysctls = Map.of("net.ipv4.ip_forward", "1", "kernel.shm_rmid_forced", "1", "fs.mqueue.msg_max", "17");
        UserNamespace.pin(pins(), IDS, new NamespaceSetup("pod-1", sysctls, true));
        for (var pin : pins().values()) {
            assertTrue(Namespaces.isPinned(pin));
        }
        assertEquals("pod-1", parameter(folder.resolve("uts"), "/proc/sys/kernel/hostname"));
        assertEquals("1", parameter(folder.resolve("net"), "/proc/sys/net/ipv4/ip_forward"));
        assertEquals("1", parameter(folder.resolve("ipc"), "/proc/sys/kernel/shm_rmid_forced"));
        assertEquals("17", parameter(folder.resolve("ipc"), "/proc/sys/fs/mqueue/msg_max"));
        var output = Spawn.of(
                        Path.of("/usr/bin/nsenter"),
                        List.of(
                                "--user=" + folder.resolve("user"),
                                "--net=" + folder.resolve("net"),
                                "sh",
                                "-c",
                                "cat /proc/self/uid_map; ip link set lo down && echo owned"))
                .environment(Map.of("PATH", "/usr/bin:/bin:/usr/sbin:/sbin"))
                .run(new byte[0], Duration.ofSeconds(10), 4096);
        assertEquals(
                "0 200000 65536 owned",
                new String(output.stdout(), StandardCharsets.UTF_8).strip().replaceAll("\\s+", " "));
    }

    @Test
    void nothingIsPinnedWhenAParameterCanNotBeSet() {
        assertThrows(
                IOException.class,
                () -> UserNamespace.pin(pins(), IDS, new NamespaceSetup("", Map.of("kernel.shm_nothing", "1"), false)));
        for (var pin : pins().values()) {
            assertFalse(Files.exists(pin));
        }
    }

    @Test
    void anIdMappedMountShowsTheNamespacesOwners() throws Exception {
        UserNamespace.pin(pins(), IDS, NamespaceSetup.none());
        var source = Files.createDirectory(folder.resolve("source"));
        Files.writeString(source.resolve("file"), "");
        Files.setAttribute(source.resolve("file"), "unix:uid", 7);
        var target = Files.createDirectory(folder.resolve("target"));
        var users = new UserNamespace(folder.resolve("user"), IDS);
        Mounts.idMapped(source, target, users, false);
        assertEquals(200_000, Files.getAttribute(target, "unix:uid"));
        assertEquals(200_007, Files.getAttribute(target.resolve("file"), "unix:uid"));
        assertEquals(7, Files.getAttribute(source.resolve("file"), "unix:uid"));
        var file = Files.createFile(folder.resolve("file-target"));
        Mounts.idMapped(source.resolve("file"), file, users, true);
        assertEquals(200_007, Files.getAttribute(file, "unix:uid"));
    }

    @Test
    void aFileSystemWithoutOwnersToMapIsRefusedInPlainWords() throws Exception {
        UserNamespace.pin(pins(), IDS, NamespaceSetup.none());
        var target = Files.createDirectory(folder.resolve("target"));
        var users = new UserNamespace(folder.resolve("user"), IDS);
        var failure =
                assertThrows(IOException.class, () -> Mounts.idMapped(Path.of("/proc/sys"), target, users, false));
        assertTrue(failure.getMessage().contains("/proc/sys"), failure::getMessage);
        assertTrue(failure.getMessage().contains("idmapped"), failure::getMessage);
    }

    @Test
    void idsOfTheNamespaceAreFoundOnTheHost() {
        assertEquals(200_000, IDS.toHost(0));
        assertEquals(265_535, IDS.toHost(65_535));
        assertThrows(IllegalArgumentException.class, () -> IDS.toHost(65_536));
        assertThrows(IllegalArgumentException.class, () -> IDS.toHost(-1));
        assertThrows(IllegalArgumentException.class, () -> new IdRange(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new IdRange(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new IdRange(1, 0xffff_ffffL));
        assertEquals(-2, UserNamespace.HOST.ids().toHost(-2));
    }

    @Test
    void theKernelMustHaveThemBelowOverlays() {
        assertTrue(UserNamespace.isAtLeast519("6.1.0-13-amd64"));
        assertTrue(UserNamespace.isAtLeast519("5.19"));
        assertFalse(UserNamespace.isAtLeast519("5.18.9"));
        assertFalse(UserNamespace.isAtLeast519("4.20"));
        assertFalse(UserNamespace.isAtLeast519("none"));
    }
}
