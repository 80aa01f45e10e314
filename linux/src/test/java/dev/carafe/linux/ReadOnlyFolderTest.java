package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("system")
class ReadOnlyFolderTest {
    @TempDir
    private Path folder;

    private Path source;
    private Path target;

    @BeforeEach
    void prepare() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(source.resolve("file"), "seen");
        Files.writeString(target.resolve("own"), "hidden");
    }

    @AfterEach
    void unmountAll() throws IOException {
        for (var mount : Mounts.read().reversed()) {
            if (mount.mountPoint().startsWith(folder)) {
                Mounts.unmount(mount.mountPoint());
            }
        }
    }

    private long attach() throws IOException {
        try (var mounted = ReadOnlyFolder.of(source);
                var place = Directory.open(target)) {
            mounted.attach(place);
            return mounted.number();
        }
    }

    @Test
    void itIsSeenInPlaceOfAnotherAndCantBeWrittenThere() throws IOException {
        var number = attach();
        assertEquals("seen", Files.readString(target.resolve("file")));
        assertThrows(FileSystemException.class, () -> Files.writeString(target.resolve("more"), "x"));
        Files.writeString(source.resolve("more"), "later");
        assertEquals("later", Files.readString(target.resolve("more")));
        var options = Mounts.read().stream()
                .filter(mount -> mount.id() == number)
                .findFirst()
                .orElseThrow()
                .options();
        assertTrue(options.startsWith("ro,nosuid,nodev,noexec"), options);
        ReadOnlyFolder.detach(target, number);
        assertEquals("hidden", Files.readString(target.resolve("own")));
        ReadOnlyFolder.detach(target, number);
    }

    @Test
    void whatWasMountedThereBeforeStays() throws IOException {
        Mounts.tmpfs(target, 1 << 20, 0755, Set.of(), SelinuxLabel.NONE);
        Files.writeString(target.resolve("kept"), "of the tmpfs");
        var number = attach();
        Files.delete(source.resolve("file"));
        Files.delete(source);
        ReadOnlyFolder.detach(target, number);
        ReadOnlyFolder.detach(target, number);
        assertEquals("of the tmpfs", Files.readString(target.resolve("kept")));
    }

    @Test
    void whatWasMountedOverItGoesWithIt() throws IOException {
        var number = attach();
        Mounts.tmpfs(target, 1 << 20, 0755, Set.of(), SelinuxLabel.NONE);
        ReadOnlyFolder.detach(target, number);
        assertFalse(Mounts.isMountPoint(target));
    }

    @Test
    void nobodySeesItBeforeItIsAttached() throws IOException {
        var before = Mounts.read().size();
        try (var mounted = ReadOnlyFolder.of(source)) {
            assertEquals(before, Mounts.read().size());
            assertTrue(mounted.number() > 0);
        }
        assertThrows(ErrnoException.class, () -> ReadOnlyFolder.of(folder.resolve("missing")));
    }
}
