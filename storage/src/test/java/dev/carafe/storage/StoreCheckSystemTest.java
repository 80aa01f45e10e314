package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The store's check finds each damage, and its repair removes what is damaged and no more.
@Tag("system")
class StoreCheckSystemTest {
    @TempDir
    private Path folder;

    private TestStore store;
    private Digest good;
    private Digest bad;

    @BeforeEach
    void fill() throws Exception {
        store = new TestStore(folder);
        good = store.add(TarWriter.of(TarWriter.file("usr/good", "fine")));
        bad = store.add(TarWriter.of(
                TarWriter.directory("usr"),
                TarWriter.directory("usr/empty"),
                TarWriter.file("usr/a b\n\udcff", "first"),
                TarWriter.file("usr/file", "content"),
                TarWriter.hardLink("usr/again", "usr/file"),
                TarWriter.symlink("usr/link", "file"),
                TarWriter.special('6', "usr/fifo"),
                TarWriter.special('3', "usr/device").device(1, 3),
                TarWriter.file("usr/.wh.gone", ""),
                TarWriter.file("holes", "1\n5000000\n5\n" + "\0".repeat(512 - 12) + "hello")
                        .pax("GNU.sparse.major", "1")
                        .pax("GNU.sparse.minor", "0")
                        .pax("GNU.sparse.realsize", "9000000")));
        var index = ImageIndex.open(store.config(), store.layers());
        store.layers().settle(List.of(good, bad));
        index.put(image("good", List.of(good)));
        index.put(image("both", List.of(good, bad)));
        store.layers().close();
    }

    private static StoredImage image(String name, List<Digest> chain) {
        var id = Digest.sha256(name.getBytes(StandardCharsets.US_ASCII));
        return new StoredImage(id, id, "{}", "{}", chain, List.of("r/" + name + ":1"), List.of(), 1, Instant.EPOCH);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private Path badFile(String path) {
        return store.files(bad).resolve(path);
    }

    private StoreCheck.Report check(boolean isDeep) throws IOException {
        try (var check = StoreCheck.open(store.config())) {
            return check.run(isDeep);
        }
    }

    private void assertFound(String difference) throws IOException {
        var report = check(false);
        assertEquals(1, report.damaged().size(), report.toString());
        var layer = report.damaged().getFirst();
        assertEquals(bad.toString(), layer.name());
        assertTrue(layer.differences().stream().anyMatch(d -> d.contains(difference)), layer.toString());
        assertEquals(1, layer.images().size());
    }

    @Test
    void aWholeStoreIsClean() throws IOException {
        var report = check(true);
        assertTrue(report.isClean(), report.toString());
        assertEquals(2, report.layers());
        assertEquals(2 + 10, report.files());
    }

    @Test
    void anyStackOfLayersIsClean() throws Exception {
        try (var other = new TestStore(folder.resolve("other"))) {
            for (var seed = 0; seed < 20; seed++) {
                var stack = new RandomStack(seed);
                var chain = new ArrayList<Digest>();
                for (var layer : stack.layers()) {
                    chain.add(other.add(stack.tar(layer)));
                }
                other.layers().settle(chain);
            }
            other.layers().close();
            try (var check = StoreCheck.open(other.config())) {
                var report = check.run(true);
                assertTrue(report.isClean(), report.toString());
            }
        }
    }

    @Test
    void aFileThatIsMissingIsFound() throws IOException {
        Files.delete(badFile("usr/file"));
        assertFound("usr/file is missing");
    }

    @Test
    void anEmptyDirectoryThatIsMissingIsFound() throws IOException {
        Files.delete(badFile("usr/empty"));
        assertFound("usr/empty is missing");
    }

    @Test
    void aFileOfAnotherSizeOrTypeIsFound() throws IOException {
        Files.writeString(badFile("usr/file"), "more", StandardOpenOption.APPEND);
        assertFound("usr/file is of another size");
        Files.delete(badFile("usr/link"));
        Files.writeString(badFile("usr/link"), "x");
        assertFound("usr/link is of another type");
    }

    @Test
    void aFileTooManyIsFound() throws IOException {
        Files.writeString(badFile("usr/empty/more"), "x");
        assertFound("1 files that it does not list");
    }

    @Test
    void aListThatIsDamagedIsFound() throws IOException {
        var list = StorePaths.list(badFile("").getParent());
        var bytes = Files.readAllBytes(list);
        bytes[bytes.length / 2] ^= 1;
        Files.write(list, bytes);
        assertFound("");
        Files.delete(list);
        assertFound("list");
    }

    @Test
    void contentIsComparedByTheDeepCheckAlone() throws IOException {
        var time = Files.getLastModifiedTime(badFile("usr/file"));
        Files.writeString(badFile("usr/file"), "CONTENT");
        Files.setLastModifiedTime(badFile("usr/file"), FileTime.from(time.toInstant()));
        assertTrue(check(false).isClean());
        assertEquals(
                List.of("usr/file has another content"),
                check(true).damaged().getFirst().differences());
    }

    @Test
    void repairRemovesTheDamagedLayerAndItsImageAndNothingElse() throws Exception {
        Files.delete(badFile("usr/file"));
        try (var check = StoreCheck.open(store.config())) {
            assertEquals(List.of(), check.repair(check.run(false)));
        }
        assertTrue(check(true).isClean());
        store.reopen();
        assertTrue(store.layers().contains(good));
        assertFalse(store.layers().contains(bad));
        var left = ImageIndex.open(store.config(), store.layers()).list();
        assertEquals(
                List.of(List.of("r/good:1")),
                left.stream().map(StoredImage::repoTags).toList());
    }

    @Test
    void aLayerThatAContainerStandsOnStays() throws Exception {
        store.reopen();
        store.roots().prepare("c", ContainerLayers.withoutVolumes(List.of(good, bad)));
        store.layers().close();
        Files.delete(badFile("usr/file"));
        try (var check = StoreCheck.open(store.config())) {
            var kept = check.repair(check.run(false));
            assertEquals(1, kept.size());
            assertTrue(kept.getFirst().isInUse());
        }
        store.reopen();
        assertTrue(store.layers().contains(bad));
    }

    @Test
    void damagedRecordsAreToldAndTheirImagesWithThem() throws IOException {
        var record = folder.resolve("root/layer-records/" + bad.algorithm() + "-" + bad.hex() + ".json");
        Files.writeString(record, "{}");
        var report = check(false);
        assertFalse(report.isClean());
        assertEquals(2, report.records().size(), report.toString());
        assertEquals(1, report.layers());
    }
}
