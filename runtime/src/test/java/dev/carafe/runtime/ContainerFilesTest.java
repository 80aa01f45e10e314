package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerFilesTest {
    @TempDir
    Path folder;

    private RuntimeDirectories directories() {
        return new RuntimeDirectories(folder.resolve("e"), folder.resolve("a"), folder.resolve("p"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/a", "-a", "--force", "a b", "a\n", "a\0", "ü", "../a"})
    void whatIsNoNameIsRefused(String id) {
        assertThrows(IllegalArgumentException.class, () -> new ContainerFiles(directories(), id));
    }

    @Test
    void anIdHasABound() {
        ContainerFiles.requireName("a".repeat(128));
        assertThrows(IllegalArgumentException.class, () -> ContainerFiles.requireName("a".repeat(129)));
    }

    @Test
    void removeTakesAllAndIsIdempotent() throws Exception {
        directories().make();
        var files = new ContainerFiles(directories(), "a");
        var bundle = Files.createDirectory(folder.resolve("bundle"));
        Files.createDirectory(files.folder());
        Files.createSymbolicLink(files.bundle(), bundle);
        Files.createSymbolicLink(files.attachLink(), bundle);
        Files.createFile(files.oom());
        Files.createFile(files.exit());
        files.remove();
        files.remove();
        assertFalse(Files.exists(files.folder()));
        assertFalse(Files.exists(files.exit()));
        assertFalse(Files.isSymbolicLink(files.attachLink()));
        assertTrue(Files.exists(bundle));
    }

    @Test
    void aLinkAsLongAsASocketsPathIsOneShorter() {
        var attach = Path.of("/" + "d".repeat(100));
        var id = "abcde";
        var files = new ContainerFiles(new RuntimeDirectories(attach, attach, attach), id);
        assertEquals(attach.resolve("abcd"), files.attachLink());
        var shorter = new ContainerFiles(new RuntimeDirectories(attach, attach, attach), "abcd");
        assertEquals(attach.resolve("abcd"), shorter.attachLink());
        var longer = new ContainerFiles(new RuntimeDirectories(attach, attach, attach), "abcdef");
        assertEquals(attach.resolve("abcdef"), longer.attachLink());
    }

    @Test
    void aNumberIsReadAndNothingElse() throws Exception {
        var file = folder.resolve("n");
        assertEquals(OptionalInt.of(42), ContainerFiles.number(Files.writeString(file, "42\n")));
        assertEquals(OptionalInt.empty(), ContainerFiles.number(Files.writeString(file, "4 2")));
        assertEquals(OptionalInt.empty(), ContainerFiles.number(Files.writeString(file, "")));
        assertEquals(OptionalInt.empty(), ContainerFiles.number(Files.writeString(file, "9".repeat(1 << 20))));
    }

    @Test
    void onlyTheOwnerMayAttach() throws Exception {
        directories().make();
        directories().make();
        for (var directory : new Path[] {directories().attach(), directories().persist()}) {
            var mode = Files.getPosixFilePermissions(directory);
            assertEquals(3, mode.size(), mode.toString());
        }
    }
}
