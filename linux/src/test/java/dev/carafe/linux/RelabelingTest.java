package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The attribute is a file system's, with or without a policy that reads it.
@Tag("system")
class RelabelingTest {
    private static final SelinuxLabel LABEL = new SelinuxLabel("system_u:object_r:container_file_t:s0:c1,c2");
    private static final SelinuxLabel OTHER = LABEL.withLevel("s0:c3,c4");

    @TempDir
    private Path folder;

    private Path volume;
    private Path outside;

    @BeforeEach
    void make() throws IOException {
        folder = folder.toRealPath();
        volume = Files.createDirectories(folder.resolve("volume"));
        outside = Files.writeString(folder.resolve("outside"), "not the volume's");
    }

    @Test
    void aFolderGetsItWithAllInIt() throws IOException {
        var deep = Files.createDirectories(volume.resolve("a/b/c"));
        var file = Files.writeString(deep.resolve("file"), "x");
        Relabeling.run(volume, LABEL);
        for (var path = file; !path.equals(folder); path = path.getParent()) {
            assertEquals(LABEL.text(), label(path), path::toString);
        }
        assertEquals("", label(outside));
        Relabeling.run(volume, OTHER);
        assertEquals(OTHER.text(), label(file));
    }

    @Test
    void aSingleFileGetsIt() throws IOException {
        var file = Files.writeString(volume.resolve("file"), "x");
        Relabeling.run(file, LABEL);
        assertEquals(LABEL.text(), label(file));
        assertEquals("", label(volume));
        assertTrue(Relabeling.isDone(file, LABEL));
        assertFalse(Relabeling.isDone(file, OTHER));
        assertFalse(Relabeling.isDone(volume, LABEL));
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Files.createSymbolicLink(volume.resolve("link"), outside);
        Files.createSymbolicLink(volume.resolve("folder"), Files.createDirectory(folder.resolve("other")));
        Files.writeString(folder.resolve("other/file"), "x");
        Relabeling.run(volume, LABEL);
        assertEquals("", label(outside));
        assertEquals("", label(folder.resolve("other")));
        assertEquals("", label(folder.resolve("other/file")));
        assertEquals(LABEL.text(), label(volume.resolve("link")));
    }

    @Test
    void aPathThatHasALinkInItIsRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("way"), folder);
        assertThrows(ErrnoException.class, () -> Relabeling.run(folder.resolve("way/volume"), LABEL));
        assertEquals("", label(volume));
    }

    @Test
    void whatIsMountedBelowIsLeftAsItIs() throws IOException {
        var mounted = Files.createDirectory(volume.resolve("mounted"));
        var bound = Files.createFile(volume.resolve("bound"));
        Mounts.tmpfs(mounted, 1 << 20, 0755, Set.of(), SelinuxLabel.NONE);
        Mounts.bind(outside.toString(), bound);
        try {
            Files.writeString(mounted.resolve("file"), "x");
            Relabeling.run(volume, LABEL);
            assertEquals("", label(mounted));
            assertEquals("", label(mounted.resolve("file")));
            assertEquals("", label(outside));
            assertEquals(LABEL.text(), label(volume));
        } finally {
            Mounts.unmount(mounted);
            Mounts.unmount(bound);
        }
    }

    @Test
    void moreFoldersThanAreKeptInMemoryAreRefused() throws IOException {
        for (var name : List.of("one", "two", "six")) {
            Files.createDirectories(volume.resolve(name));
        }
        new Relabeling(LABEL, 9).all(volume);
        Files.createDirectories(volume.resolve("x"));
        assertThrows(IOException.class, () -> new Relabeling(OTHER, 9).all(volume));
        assertEquals(LABEL.text(), label(volume), "the top is last");
    }

    @Test
    void aFileSystemWithoutLabelsIsLeftAsItIs() throws IOException {
        Relabeling.run(Path.of("/proc/self/fdinfo").toRealPath(), LABEL);
        assertFalse(Relabeling.isDone(Path.of("/proc/self/fdinfo").toRealPath(), LABEL));
    }

    private static String label(Path path) throws IOException {
        try (var holder = Directory.open(path.getParent())) {
            var found = holder.xattrOf(path.getFileName().toString(), SelinuxLabel.ATTRIBUTE);
            return new String(found.orElse(new byte[0]), StandardCharsets.US_ASCII).replace("\0", "");
        }
    }
}
