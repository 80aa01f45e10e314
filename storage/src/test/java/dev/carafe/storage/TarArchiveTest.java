package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.storage.TarWriter.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarArchiveTest {
    @TempDir
    private Path folder;

    private TarArchive open(byte[] tar) throws IOException {
        return TarArchive.open(Files.write(folder.resolve("archive.tar"), tar));
    }

    private static String content(TarArchive archive, String name) throws IOException {
        try (var content = archive.open(name)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void membersAreReadByNameInAnyOrder() throws IOException {
        try (var archive = open(TarWriter.of(
                TarWriter.file("one", "1".repeat(1000)),
                TarWriter.directory("folder"),
                TarWriter.file("./folder/two", "2"),
                TarWriter.file("empty", "")))) {
            assertEquals("2", content(archive, "folder/two"));
            assertEquals("1".repeat(1000), content(archive, "one"));
            assertEquals("", content(archive, "empty"));
            assertEquals(Optional.of(1000L), archive.size("one"));
            assertEquals(Optional.empty(), archive.size("folder"));
            assertEquals(Optional.empty(), archive.size("three"));
            assertThrows(BadLayerException.class, () -> archive.open("three"));
        }
    }

    @Test
    void ofTwoMembersWithOneNameTheLaterCounts() throws IOException {
        try (var archive = open(TarWriter.of(TarWriter.file("a", "old"), TarWriter.file("a", "new")))) {
            assertEquals("new", content(archive, "a"));
        }
    }

    @Test
    void linksLeadToMembersAndNeverOutside() throws IOException {
        try (var archive = open(TarWriter.of(
                TarWriter.file("1/layer.tar", "layer"),
                TarWriter.symlink("2/layer.tar", "../1/layer.tar"),
                TarWriter.hardLink("3", "1/layer.tar"),
                TarWriter.symlink("out", "../../../../etc/passwd"),
                TarWriter.symlink("loop", "loop")))) {
            assertEquals("layer", content(archive, "2/layer.tar"));
            assertEquals("layer", content(archive, "3"));
            assertEquals(Optional.empty(), archive.size("out"));
            assertEquals(Optional.empty(), archive.size("loop"));
        }
    }

    @Test
    void longNamesOfBothFormsAreKnown() throws IOException {
        var name = "folder/" + "n".repeat(150);
        for (var member : new Member[] {
            TarWriter.file(name, "pax"), TarWriter.file(name, "gnu").gnu()
        }) {
            try (var archive = open(TarWriter.of(member))) {
                assertEquals(Optional.of(3L), archive.size(name));
            }
        }
    }

    @Test
    void anArchiveThatIsCutIsRefused() {
        var tar = TarWriter.of(TarWriter.file("a", "content".repeat(100)));
        var failure = assertThrows(BadLayerException.class, () -> open(Arrays.copyOf(tar, 700)));
        assertTrue(failure.getMessage().contains("ends within a member"), failure.getMessage());
    }

    @Test
    void whatIsNoTarIsRefused() {
        assertThrows(BadLayerException.class, () -> open("no tar ".repeat(200).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void namesThatWouldFillTheMemoryAreRefused() {
        var writer = new TarWriter();
        for (var i = 0; i < 20; i++) {
            writer.add(TarWriter.file(i + "n".repeat(60_000), ""));
        }
        var failure = assertThrows(BadLayerException.class, () -> open(writer.finish()));
        assertTrue(failure.getMessage().contains("names of more than"), failure.getMessage());
    }
}
