package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
