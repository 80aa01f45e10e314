package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records whose checksum holds, but whose document is none: an older or foreign writer's. The store opens without
/// what they tell.
class DamagedRecordsTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);

    /// Thousands of lines that say what is dropped.
    private static final Logger LOG = Logger.getLogger("dev.carafe.storage");

    @TempDir
    Path folder;

    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    @Test
    void layersOpenWithoutThem() throws Exception {
        var paths = StorePaths.of(config());
        var layer = new LayerRecord(DIGEST, 1, 2, false, true, false, 3L);
        var settled = new SettledRecord(List.of(DIGEST), false, 0, 0);
        writeCut(
                paths.layerRecords(),
                "r",
                Jsonb.instance().type(LayerRecord.class).toJson(layer));
        writeCut(
                paths.layerRecords(),
                "settled-",
                Jsonb.instance().type(SettledRecord.class).toJson(settled));
        try (var layers = Layers.open(config())) {
            assertEquals(new LayerInfo(0, 0), layers.usage());
        }
    }

    @Test
    void imagesOpenWithoutThem() throws Exception {
        var image = new ImageRecord(
                1, DIGEST, DIGEST, "{}", "{}", List.of(DIGEST), List.of("a:b"), List.of(), 3, "2026-01-02T03:04:05Z");
        writeCut(
                StorePaths.of(config()).images(),
                "r",
                Jsonb.instance().type(ImageRecord.class).toJson(image));
        try (var layers = Layers.open(config())) {
            assertEquals(List.of(), ImageIndex.open(config(), layers).list());
        }
    }

    @Test
    void rootsOfContainersOpenWithoutThem() throws Exception {
        var root = new ContainerRootRecord(List.of(DIGEST), List.of(List.of(DIGEST)));
        writeCut(
                StorePaths.of(config()).containerRootRecords(),
                "root",
                Jsonb.instance().type(ContainerRootRecord.class).toJson(root));
        try (var layers = Layers.open(config())) {
            var roots = ContainerRoots.open(config(), layers);
            assertEquals(Set.of(), roots.usedLayers());
        }
    }

    private StorageConfig config() {
        return new StorageConfig(folder.resolve("root"), folder.resolve("run"));
    }

    /// At each place.
    private static void writeCut(Path into, String prefix, String json) throws IOException {
        Files.createDirectories(into);
        for (var length = 0; length < json.length(); length++) {
            var bytes = RecordEnvelope.wrap(1, json.substring(0, length).getBytes(StandardCharsets.UTF_8));
            Files.write(into.resolve(prefix + length + ".json"), bytes);
        }
    }
}
