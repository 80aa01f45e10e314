package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryTest {
    @TempDir
    private Path folder;

    private Directory directory;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectory(folder.resolve("in"));
        Files.writeString(folder.resolve("outside"), "secret");
        directory = Directory.open(folder.resolve("in"));
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void aFileIsMadeWrittenAndReadAgain() throws IOException {
        try (var file = directory.create("a", 0600)) {
            file.write("hello".getBytes(StandardCharsets.UTF_8));
        }
        try (var file = directory.openFile("a")) {
            assertEquals("hello", new String(file.input().readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(Errno.EEXIST, errnoOf(() -> directory.create("a", 0600)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "up/outside", "absolute", "sub/back"})
    void noPathLeadsOut(String path) throws IOException {
        var in = folder.resolve("in");
        Files.createSymbolicLink(in.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(in.resolve("absolute"), folder.resolve("outside"));
        Files.createDirectory(in.resolve("sub"));
        Files.createSymbolicLink(in.resolve("sub/back"), Path.of("../../outside"));
        assertEquals(Errno.ENOENT, errnoOf(() -> directory.openFile(path)));
    }

    @Test
    void linksInsideAreFollowedAsIfTheDirectoryWereTheRoot() throws IOException {
        Files.createDirectory(folder.resolve("in/etc"));
        Files.writeString(folder.resolve("in/etc/passwd"), "root");
        Files.createSymbolicLink(folder.resolve("in/config"), Path.of("/etc"));
        try (var file = directory.openFile("config/passwd")) {
            assertEquals("root", new String(file.input().readAllBytes(), StandardCharsets.UTF_8));
        }
        try (var etc = directory.directory("config")) {
            assertEquals(Set.of("passwd"), new HashSet<>(etc.names()));
        }
    }

    @Test
    void whatIsNoRegularFileIsNotOpened() throws IOException {
        directory.mknod("fifo", FileType.FIFO.bits() | 0600, 0, 0);
        assertEquals(Errno.EINVAL, errnoOf(() -> directory.openFile("fifo")));
        assertEquals(Errno.EINVAL, errnoOf(() -> directory.openFile("/")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/a"})
    void aNameIsOneEntry(String name) {
        assertThrows(IllegalArgumentException.class, () -> directory.mkdir(name, 0700));
        assertThrows(IllegalArgumentException.class, () -> directory.unlink(name));
        assertThrows(IllegalArgumentException.class, () -> directory.removeTree(name));
        assertThrows(IllegalArgumentException.class, () -> directory.create(name, 0600));
    }

    @Test
    void attributesAreSetOnTheLinkItselfAndNotOnItsTarget() throws IOException {
        directory.create("target", 0644).close();
        directory.symlink("target", "link");
        var before = directory.status("target").orElseThrow();
        var time = Instant.ofEpochSecond(1_000_000_000, 123_456_789);
        directory.times("link", time, time);
        assertEquals(time, directory.status("link").orElseThrow().modified());
        assertEquals(before, directory.status("target").orElseThrow());
        assertEquals("target", directory.readlink("link"));
        assertEquals(Errno.EOPNOTSUPP, errnoOf(() -> directory.mode("link", 0777)));
        assertEquals(0644, directory.status("target").orElseThrow().mode());
    }

    @Test
    void statusTellsWhatLstatDoes() throws IOException {
        directory.create("file", 0600).close();
        directory.mode("file", 04751);
        directory.link(directory, "file", "again");
        var status = directory.status("file").orElseThrow();
        assertEquals(FileType.REGULAR, status.type());
        assertEquals(04751, status.mode());
        assertEquals(2, status.links());
        assertEquals(status.inode(), directory.status("again").orElseThrow().inode());
        assertEquals(FileType.DIRECTORY, directory.status().type());
        assertTrue(directory.status("missing").isEmpty());
    }

    @Test
    void extendedAttributesComeBackAsTheyWereSet() throws IOException {
        directory.create("file", 0600).close();
        var value = new byte[] {0, 1, (byte) 0xff};
        directory.xattr("file", "user.test", value);
        directory.xattr("file", "user.empty", new byte[0]);
        var found = directory.xattrs("file");
        assertArrayEquals(value, found.get("user.test"));
        assertArrayEquals(new byte[0], found.get("user.empty"));
        assertEquals(2, found.size());
    }

    @Test
    void namesThatAreNoTextSurvive() throws IOException {
        var name = FileNames.decode(new byte[] {'a', (byte) 0xff, 'b'});
        directory.create(name, 0600).close();
        assertEquals(Set.of(name), new HashSet<>(directory.names()));
        directory.rename(name, directory, "plain");
        assertEquals(Set.of("plain"), new HashSet<>(directory.names()));
    }

    @Test
    void manyNamesAreAllListed() throws IOException {
        for (var i = 0; i < 3000; i++) {
            Files.createFile(folder.resolve("in/a-name-that-is-not-quite-short-" + i));
        }
        assertEquals(3000, new HashSet<>(directory.names()).size());
        assertEquals(3000, directory.names().size());
    }

    @Test
    void aTreeIsRemovedWithoutFollowingItsLinks() throws IOException {
        var tree = Files.createDirectories(folder.resolve("in/tree/a/b"));
        Files.writeString(tree.resolve("file"), "x");
        Files.createDirectory(folder.resolve("kept"));
        Files.writeString(folder.resolve("kept/file"), "kept");
        Files.createSymbolicLink(tree.resolve("link"), folder.resolve("kept"));
        directory.removeTree("tree");
        directory.removeTree("tree");
        assertFalse(Files.exists(folder.resolve("in/tree"), LinkOption.NOFOLLOW_LINKS));
        assertEquals("kept", Files.readString(folder.resolve("kept/file")));
    }

    @Test
    void aTreeOfAnyDepthIsRemoved() throws IOException {
        directory.mkdir("deep", 0700);
        var at = directory.directory("deep");
        for (var i = 0; i < 2500; i++) {
            at.mkdir("d", 0700);
            at.create("f", 0600).close();
            var next = at.directory("d");
            at.close();
            at = next;
        }
        at.close();
        directory.removeTree("deep");
        assertEquals(Set.of(), new HashSet<>(directory.names()));
    }

    @Test
    void aFileIsRemovedAsATreeToo() throws IOException {
        directory.symlink("/", "link");
        directory.removeTree("link");
        directory.create("file", 0600).close();
        directory.removeTree("file");
        assertEquals(Set.of(), new HashSet<>(directory.names()));
    }

    @Test
    void aClosedDirectoryIsNotUsed() {
        directory.close();
        assertThrows(IllegalStateException.class, () -> directory.names());
    }

    @Test
    void anUnreadableFolderIsReportedByItsPath() throws IOException {
        Files.createDirectory(folder.resolve("in/x"), PosixFilePermissions.asFileAttribute(Set.of()));
        var failure = assertThrows(ErrnoException.class, () -> directory.directory("missing"));
        assertTrue(failure.getMessage().contains(folder.resolve("in") + "/missing"), failure::getMessage);
    }

    private static int errnoOf(Executable action) {
        return assertThrows(ErrnoException.class, action).errno();
    }
}
