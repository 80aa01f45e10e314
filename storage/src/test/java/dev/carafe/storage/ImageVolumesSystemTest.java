package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Mounts;
import dev.carafe.linux.SelinuxLabel;
import dev.carafe.linux.UserNamespace;
import dev.carafe.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images as volumes of a container.
@Tag("system")
class ImageVolumesSystemTest {
    @TempDir
    private Path folder;

    private static byte[] tarWith(String name) {
        return TarWriter.of(TarWriter.file(name, name));
    }

    @Test
    void aVolumeShowsItsImageForReadingOnlyUntilTheContainerGoes() throws Exception {
        try (var store = new TestStore(folder)) {
            var image = store.addChain(tarWith("image"));
            var data = store.addChain(tarWith("lower"), tarWith("upper"));
            store.roots().prepare("c", new ContainerLayers(image, List.of(data, List.of())));
            var volume = store.roots().volume("c", 0, UserNamespace.HOST, SelinuxLabel.NONE);
            assertEquals("upper", Files.readString(volume.resolve("upper")));
            assertEquals("lower", Files.readString(volume.resolve("lower")));
            assertThrows(IOException.class, () -> Files.createFile(volume.resolve("new")));
            assertEquals(
                    volume,
                    store.roots().volume("c", 0, UserNamespace.HOST, SelinuxLabel.NONE),
                    "again it is the same");
            try (var empty =
                    Files.newDirectoryStream(store.roots().volume("c", 1, UserNamespace.HOST, SelinuxLabel.NONE))) {
                assertFalse(empty.iterator().hasNext());
            }
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> store.roots().volume("c", 2, UserNamespace.HOST, SelinuxLabel.NONE));

            store.reopen();
            assertEquals(Set.of("c"), store.roots().ids());
            assertTrue(Mounts.isMountPoint(volume));
            store.layers().collect(() -> store.roots().usedLayers());
            assertTrue(store.layers().contains(data.getFirst()), "its layers are in use");

            store.roots().remove("c");
            assertFalse(Files.exists(volume.getParent()));
            assertEquals(Set.of(), store.roots().ids());
            assertEquals(Set.<Digest>of(), store.roots().usedLayers());
            store.roots().remove("c");
        }
    }

    @Test
    void aRecordFromBeforeThereWereVolumesIsUnderstood() throws Exception {
        try (var store = new TestStore(folder)) {
            var chain = store.addChain(tarWith("image"));
            var records = StorePaths.of(store.config()).containerRootRecords();
            RecordFolder.open(records, ContainerRootRecord.SCHEMA)
                    .write("old", "{\"chain\":[\"" + chain.getFirst() + "\"]}");
            store.reopen();
            assertEquals(Set.copyOf(chain), store.roots().usedLayers());
            assertEquals(
                    "image",
                    Files.readString(store.roots()
                            .prepare("old", ContainerLayers.withoutVolumes(chain))
                            .resolve("image")));
        }
    }
}
