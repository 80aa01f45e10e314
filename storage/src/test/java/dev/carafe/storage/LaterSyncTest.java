package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LaterSyncTest {
    private static final Path FOLDER = Path.of("/records");

    private final LinkedBlockingQueue<String> synced = new LinkedBlockingQueue<>();

    @Test
    void aFileThatChangesOftenIsSyncedOnceBeforeItsFolder() throws InterruptedException {
        var later = new LaterSync(file -> synced.add("file " + file), folder -> synced.add("folder " + folder));
        for (var i = 0; i < 100; i++) {
            later.changed(FOLDER.resolve("a"));
        }
        assertEquals("file /records/a", synced.take());
        assertEquals("folder /records", synced.take());
        assertNull(synced.poll(3 * LaterSync.DELAY.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Test
    void aChangeAfterASyncIsSyncedToo() throws InterruptedException {
        var later = new LaterSync(file -> synced.add("file " + file), _ -> {});
        for (var i = 0; i < 3; i++) {
            later.changed(FOLDER.resolve("a"));
            assertEquals("file /records/a", synced.take());
        }
    }

    @Test
    void aDeletedOrFailingFileDoesNotKeepItsFolderFromBeingSynced() throws InterruptedException {
        var later = new LaterSync(LaterSyncTest::fail, folder -> synced.add("folder " + folder));
        later.changed(FOLDER.resolve("deleted"));
        later.changed(FOLDER.resolve("failing"));
        assertEquals("folder /records", synced.take());
    }

    private static void fail(Path file) throws IOException {
        throw file.endsWith("deleted") ? new NoSuchFileException(file.toString()) : new IOException("no space left");
    }

    @Test
    void whatIsWrittenQuicklyIsThereAtOnce(@TempDir Path folder) throws IOException {
        var records = RecordFolder.openQuick(folder, 1);
        records.write("a", "{\"n\":1}");
        records.write("b", "{\"n\":2}");
        records.delete("b");

        var again = RecordFolder.openQuick(folder, 1).readAll();

        assertEquals("{\"n\":1}", again.documents().get("a"));
        assertEquals(1, again.documents().size());
    }

    @Test
    void aRecordThatAPowerCutLeftEmptyIsReportedAsDamaged(@TempDir Path folder) throws IOException {
        RecordFolder.openQuick(folder, 1).write("a", "{}");
        Files.write(folder.resolve("a.json"), new byte[0]);

        var damaged = RecordFolder.openQuick(folder, 1).readAll().damaged();

        assertEquals("a", damaged.getFirst().name());
    }
}
