package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.storage.StorageConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageStoresTest {
    @TempDir
    private Path temporary;

    private ConfigurationFolder folder;

    @BeforeEach
    void makeFolder() {
        folder = new ConfigurationFolder(temporary);
    }

    private StorageConfig storage(String... flags) throws IOException {
        return folder.load(flags).configuration().storage();
    }

    @Test
    void imagesAreInTheRootUnlessTheyHaveAFolder() throws IOException {
        assertEquals(Path.of("/r"), storage("--root", "/r").imageStore());
        assertEquals(
                Path.of("/i"), storage("--root", "/r", "--imagestore", "/i/").imageStore());
        assertEquals(
                Path.of("/r"), storage("--root", "/r", "--imagestore", "/i").root());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "overlay.imagestore=/a",
                "overlay2.additionalimagestore=/a",
                "overlay.additionalimagestores=/a/",
                "additionalimagestores=/a",
                ".imagestore=/a",
                "Overlay.ImageStore=/a",
            })
    void aStorageOptionNamesAStore(String option) throws IOException {
        folder.main("[crio]\nstorage_option = [\"" + option + "\"]\n");
        assertEquals(List.of(Path.of("/a")), storage().additionalStores());
        assertEquals(List.of(), folder.warnings());
    }

    @Test
    void storesKeepTheirOrderAndAreNamedOnce() throws IOException {
        folder.main("[crio]\nstorage_option = [\"overlay.imagestore=/b,/a\", \"overlay.imagestore=/b\"]\n");
        assertEquals(List.of(Path.of("/b"), Path.of("/a")), storage().additionalStores());
    }

    @Test
    void withoutOptionsThoseOfStorageConfCount() throws IOException {
        folder.storage("""
                [storage]
                driver = "overlay"
                [storage.options]
                additionalimagestores = ["/a"]
                [storage.options.overlay]
                additionalimagestores = ["/b"]
                """);
        assertEquals(List.of(Path.of("/a"), Path.of("/b")), storage().additionalStores());
        assertEquals(
                List.of(Path.of("/c")),
                storage("--storage-opt", "overlay.imagestore=/c").additionalStores());
    }

    @Test
    void anotherOptionIsWarnedOf() throws IOException {
        folder.main("[crio]\nstorage_option = [\"overlay.mountopt=nodev\"]\n");
        assertEquals(List.of(), storage().additionalStores());
        assertEquals(
                List.of("crio.conf:2: crio.storage_option: \"overlay.mountopt=nodev\" has no effect; of storage options"
                        + " only additional image stores have"),
                folder.warnings());
    }

    @Test
    void aRelativePathIsRefused() {
        assertEquals(
                List.of("--storage-opt: an additional image store must be an absolute path, not \"a\""),
                folder.errors("--storage-opt", "imagestore=a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[storage.options]\nadditionalimagestores = 1",
                "[storage.options]\nadditionalimagestores = [1]",
                "[storage.options]\nadditionalimagestores = [\"a\"]",
                "[storage",
            })
    void aWrongStorageConfIsRefused(String toml) throws IOException {
        folder.storage(toml);
        var errors = folder.errors();
        assertEquals(1, errors.size());
        assertTrue(errors.getFirst().startsWith("storage.conf: "), errors.getFirst());
    }

    @Test
    void aTableInTheWayIsSomebodyElses() throws IOException {
        folder.storage("[storage]\noptions = 1\n");
        assertEquals(List.of(), storage().additionalStores());
    }
}
