package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A version meets the records of one that came after it.
class NewerRecordTest {
    @TempDir
    private Path folder;

    private byte[] write(int schema, String name) throws IOException {
        RecordFolder.open(folder, schema).write(name, "{}");
        return Files.readAllBytes(file(name));
    }

    private Path file(String name) {
        return folder.resolve(name + RecordFolder.SUFFIX);
    }

    private RecordFolder.Contents read(int known) throws IOException {
        return RecordFolder.open(folder, known).readAll();
    }

    @Test
    void itIsRefusedInWordsThatSayWhatToDoAndStaysAsItIs() throws IOException {
        write(1, "old");
        var first = write(3, "first");
        var second = write(2, "second");
        var refusal = assertThrows(NewerRecordException.class, () -> read(1));
        var words = String.valueOf(refusal.getMessage());
        assertTrue(words.contains(folder.toString()), words);
        assertTrue(words.contains("and 1 more beside it"), words);
        assertTrue(words.contains("in schema 3 where this one knows 1"), words);
        assertTrue(words.contains("Start that version again"), words);
        assertArrayEquals(first, Files.readAllBytes(file("first")));
        assertArrayEquals(second, Files.readAllBytes(file("second")));
        assertEquals(Map.of("old", "{}", "first", "{}", "second", "{}"), read(3).documents());
    }

    @Test
    void aDamagedNumberOfTheSchemaCostsOnlyItsRecord() throws IOException {
        for (var written : List.of(1, 2, 12)) {
            var intact = new String(write(written, "damaged"), StandardCharsets.UTF_8);
            for (var damage : List.of("0", "3", "9", "21", "999999999", "9999999999", "-1", "")) {
                write(written, "whole");
                Files.writeString(file("damaged"), intact.replace("\"schema\":" + written, "\"schema\":" + damage));
                var contents = read(written);
                assertEquals(Map.of("whole", "{}"), contents.documents(), damage);
                assertEquals("damaged", contents.damaged().getFirst().name());
            }
        }
    }
}
