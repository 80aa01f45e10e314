package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The roots of containers, on the kernel's overlayfs.
@Tag("system")
class ContainerRootsSystemTest {
    @TempDir
    private Path folder;

    @Test
    void aRootWhoseMountWasLostComesBackWithWhatWasWritten() throws Exception {
        try (var store = new TestStore(folder)) {
            var layers = ContainerLayers.withoutVolumes(store.addChain(TarWriter.of(TarWriter.file("image", "image"))));
            var root = store.roots().prepare("c", layers);
            Files.writeString(root.resolve("written"), "by the container");

            Mounts.unmount(root);
            var again = store.roots().prepare("c", layers);

            assertEquals(root, again);
            assertEquals("by the container", Files.readString(again.resolve("written")));
            assertEquals("image", Files.readString(again.resolve("image")));
        }
    }

    /// As it is when a record is damaged while containers run: theirs are the files that they have open and will open.
    @Test
    void aLayersFolderStaysForTheRootsOnItWhenItsRecordIsLost() throws Exception {
        var tar = TarWriter.of(TarWriter.file("image", "image"));
        try (var store = new TestStore(folder)) {
            var chain = store.addChain(tar);
            var root = store.roots().prepare("c", ContainerLayers.withoutVolumes(chain));
            var other = store.add(TarWriter.of(TarWriter.file("other", "other")));
            var layer = chain.getFirst();
            var key = Files.readAttributes(store.files(layer), BasicFileAttributes.class)
                    .fileKey();
            for (var diffId : List.of(layer, other)) {
                var record =
                        StorePaths.of(store.config()).layerRecords().resolve(LayerFolders.layerName(diffId) + ".json");
                Files.write(record, new byte[0]);
            }

            store.reopen();
            store.layers().awaitReclaimed();
            assertFalse(store.layers().contains(layer));
            assertFalse(Files.exists(store.files(other)), "nothing stands on it");
            assertEquals("image", Files.readString(root.resolve("image")));

            store.add(tar);
            store.layers().awaitReclaimed();
            assertTrue(store.layers().contains(layer));
            var now = Files.readAttributes(store.files(layer), BasicFileAttributes.class);
            assertEquals(key, now.fileKey(), "the folder is the one that the container has");
            assertEquals("image", Files.readString(root.resolve("image")));

            store.roots().remove("c");
            store.layers().collect(Set::of);
            store.reopen();
            store.layers().awaitReclaimed();
            assertFalse(Files.exists(store.files(layer)));
        }
    }

    @Test
    void nobodyWaitsForTheDiskOnBehalfOfAContainersRoot() throws Exception {
        try (var store = new TestStore(folder)) {
            var chain = store.addChain(TarWriter.of(TarWriter.file("image", "image")));
            var root = store.roots().prepare("c", ContainerLayers.withoutVolumes(chain));

            assertTrue(options(root).contains("volatile"), () -> "not volatile: " + root);
        }
    }

    private static String options(Path mountPoint) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .filter(line -> line.contains(" " + mountPoint + " "))
                .findFirst()
                .orElseThrow();
    }
}
