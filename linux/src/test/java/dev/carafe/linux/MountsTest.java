package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountsTest {
    @TempDir
    private Path folder;

    @AfterEach
    void unmountAll() throws IOException {
        for (var mount : Mounts.read().reversed()) {
            if (mount.mountPoint().startsWith(folder)) {
                Mounts.unmount(mount.mountPoint());
            }
        }
    }

    @Test
    void aLineOfMountinfoIsReadWithItsEscapes() {
        var entry = MountEntry.parse(
                "36 35 98:0 /mnt\\0401 /mnt\\134two rw,noatime shared:7 master:1 - ext3 /dev/root rw,errors=continue");
        assertEquals(36, entry.id());
        assertEquals(35, entry.parentId());
        assertEquals("/mnt 1", entry.root());
        assertEquals(Path.of("/mnt\\two"), entry.mountPoint());
        assertEquals("ext3", entry.type());
        assertEquals("rw,noatime,rw,errors=continue", entry.options());
        assertEquals("shared:7 master:1", entry.propagation());
        assertEquals("", MountEntry.parse("1 1 0:1 / / rw - tmpfs none rw").propagation());
    }

    @Test
    @Tag("system")
    void aTmpfsHasItsSizeItsModeAndItsFlags() throws IOException {
        var target = Files.createDirectory(folder.resolve("shm"));
        Mounts.tmpfs(target, 1 << 20, 01777, Set.of(MountFlag.NO_EXEC, MountFlag.NO_SUID), SelinuxLabel.NONE);
        assertTrue(Mounts.isMountPoint(target));
        try (var directory = Directory.open(target)) {
            assertEquals(01777, directory.status().mode());
        }
        assertEquals(1 << 20, FileSystemUsage.of(target).totalBytes());
        var options = options(target);
        assertTrue(options.contains("noexec") && options.contains("nosuid"), options);
    }

    @Test
    @Tag("system")
    void unmountingTakesAllThatIsStackedAndMayBeRepeated() throws IOException {
        var target = Files.createDirectory(folder.resolve("shm"));
        for (var i = 0; i < 3; i++) {
            Mounts.tmpfs(target, 1 << 20, 0755, Set.of(), SelinuxLabel.NONE);
        }
        Mounts.unmount(target);
        assertFalse(Mounts.isMountPoint(target));
        Mounts.unmount(target);
        Mounts.unmount(folder.resolve("missing"));
        assertFalse(Mounts.isMountPoint(folder.resolve("missing")));
    }

    @Test
    @Tag("system")
    void anOverlayShowsTheUppermostOfItsLayersAndWritesAboveThem() throws IOException {
        var lower = layers(2, "layers");
        var target = overlay(lower);
        assertEquals("1", Files.readString(target.resolve("same")));
        assertEquals("0", Files.readString(target.resolve("of-0")));
        Files.writeString(target.resolve("same"), "new");
        assertEquals("new", Files.readString(folder.resolve("upper/same")));
        assertEquals("1", Files.readString(lower.getFirst().resolve("same")));
    }

    /// A page of mount options holds some 50 paths of this length.
    @ParameterizedTest
    @ValueSource(ints = {3, 200})
    @Tag("system")
    void manyLayersWithLongPathsCanBeMounted(int count) throws IOException {
        var target = overlay(layers(count, "long".repeat(60)));
        for (var i = 0; i < count; i++) {
            assertEquals(Integer.toString(i), Files.readString(target.resolve("of-" + i)));
        }
    }

    /// Whoever starts a container or a command in one reads the lines of all of them.
    @Test
    @Tag("system")
    void theLineOfAnOverlayNamesItsUpperFolderAndIsShort() throws IOException {
        var layers = layers(20, "long".repeat(20));
        var target = overlay(layers);
        var line = options(target);
        assertTrue(line.contains("upperdir=" + folder.resolve("upper") + ","), line);
        assertFalse(line.contains(layers.getFirst().toString()), line);
        assertTrue(line.length() < 20 * "lowerdir+=/proc/self/fd/1234,".length() + 250, line);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 200})
    @Tag("system")
    void layersCanBeMountedForReadingOnly(int count) throws IOException {
        var target = Files.createDirectory(folder.resolve("target"));
        Mounts.overlayReadOnly(
                layers(count, "long".repeat(60)),
                Set.of(MountFlag.READ_ONLY, MountFlag.NO_EXEC, MountFlag.NO_SUID, MountFlag.NO_DEV),
                target,
                SelinuxLabel.NONE);
        assertEquals(Integer.toString(count - 1), Files.readString(target.resolve("same")));
        assertEquals("0", Files.readString(target.resolve("of-0")));
        assertThrows(IOException.class, () -> Files.createFile(target.resolve("new")));
        var options = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" " + target + " "))
                .map(line -> line.split(" ")[5])
                .toList();
        assertEquals(1, options.size());
        assertTrue(options.getFirst().startsWith("ro,nosuid,nodev,noexec"), options::toString);
    }

    @Test
    @Tag("system")
    void aRefusedOverlaySaysWhichOneAndWhy() throws IOException {
        var target = Files.createDirectory(folder.resolve("target"));
        var failure = assertThrows(
                ErrnoException.class,
                () -> Mounts.overlay(
                        List.of(folder.resolve("missing")),
                        folder.resolve("upper"),
                        folder.resolve("work"),
                        target,
                        SelinuxLabel.NONE));
        assertTrue(failure.getMessage().contains(target.toString()), failure::getMessage);
        assertTrue(failure.getMessage().contains(folder.resolve("missing").toString()), failure::getMessage);
    }

    @Test
    @Tag("system")
    void aTreeWithAMountInItIsNotRemovedBeyondTheMount() throws IOException {
        var mounted = Files.createDirectories(folder.resolve("tree/mounted"));
        Mounts.tmpfs(mounted, 1 << 20, 0755, Set.of(), SelinuxLabel.NONE);
        Files.writeString(mounted.resolve("kept"), "kept");
        try (var directory = Directory.open(folder)) {
            var failure = assertThrows(ErrnoException.class, () -> directory.removeTree("tree"));
            assertEquals(Errno.EXDEV, failure.errno());
        }
        assertEquals("kept", Files.readString(mounted.resolve("kept")));
    }

    private List<Path> layers(int count, String name) throws IOException {
        var layers = new ArrayList<Path>();
        for (var i = 0; i < count; i++) {
            var layer = Files.createDirectories(folder.resolve(name).resolve(i + ":a,b"));
            Files.writeString(layer.resolve("same"), Integer.toString(i));
            Files.writeString(layer.resolve("of-" + i), Integer.toString(i));
            layers.addFirst(layer);
        }
        return layers;
    }

    private Path overlay(List<Path> lower) throws IOException {
        var target = Files.createDirectory(folder.resolve("target"));
        Mounts.overlay(
                lower,
                Files.createDirectory(folder.resolve("upper")),
                Files.createDirectory(folder.resolve("work")),
                target,
                SelinuxLabel.NONE);
        return target;
    }

    private static String options(Path target) throws IOException {
        return Mounts.read().stream()
                .filter(m -> m.mountPoint().equals(target))
                .findFirst()
                .orElseThrow()
                .options();
    }
}
