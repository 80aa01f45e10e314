package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrashTest {
    @TempDir
    private Path folder;

    private List<String> left() throws IOException {
        try (var names = Files.list(folder.resolve("trash"))) {
            return names.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private Path tree(String name) throws IOException {
        var tree = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(tree.resolve("a/b/c"));
        Files.writeString(tree.resolve("a/b/file"), "content");
        return tree;
    }

    @Test
    void whatIsTakenIsGoneAtOnceAndDeletedAfterwards() throws Exception {
        Files.createDirectory(folder.resolve("trash"));
        try (var trash = new Trash(folder.resolve("trash"))) {
            var tree = tree("layer");
            trash.take(tree);
            assertFalse(Files.exists(tree));
            trash.awaitEmpty();
            assertEquals(List.of(), left());
        }
    }

    @Test
    void whatACrashLeftIsDeletedByTheNextStart() throws Exception {
        tree("trash/in-1");
        tree("trash/out-1");
        try (var trash = new Trash(folder.resolve("trash"))) {
            trash.takeAll();
            assertTrue(left().stream().allMatch(name -> name.startsWith("out-")), left().toString());
            trash.awaitEmpty();
            assertEquals(List.of(), left());
        }
    }

    @Test
    void nothingIsDeletedOnceItIsClosed() throws Exception {
        Files.createDirectory(folder.resolve("trash"));
        var trash = new Trash(folder.resolve("trash"));
        trash.close();
        trash.take(tree("layer"));
        trash.awaitEmpty();
        assertEquals(1, left().size());
    }

    @Test
    void whatIsNotThereNeedsNoTaking() throws Exception {
        Files.createDirectory(folder.resolve("trash"));
        try (var trash = new Trash(folder.resolve("trash"))) {
            trash.take(folder.resolve("nothing"));
            trash.awaitEmpty();
            assertEquals(List.of(), left());
        }
    }
}
