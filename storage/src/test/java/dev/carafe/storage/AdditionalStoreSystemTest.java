package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.Mounts;
import dev.carafe.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images in a store that skopeo has filled, or Carafe with a root of its own.
@Tag("system")
class AdditionalStoreSystemTest {
    private static final byte[] LOWER = TarWriter.of(
            TarWriter.file("conf", "one"),
            TarWriter.file("keep", "kept"),
            TarWriter.file("gone", "gone"),
            TarWriter.directory("opaque"),
            TarWriter.file("opaque/old", "old"));
    private static final byte[] UPPER = TarWriter.of(
            TarWriter.file("conf", "two"),
            TarWriter.file(".wh.gone", ""),
            TarWriter.directory("opaque"),
            TarWriter.file("opaque/.wh..wh..opq", ""),
            TarWriter.file("opaque/new", "new"));
    private static final List<Digest> CHAIN = List.of(Digest.sha256(LOWER), Digest.sha256(UPPER));

    @TempDir
    private Path folder;

    private Path foreign;

    @BeforeEach
    void fill() throws Exception {
        foreign = folder.resolve("foreign");
        copyTo(foreign, "quay.io/app:1", image(LOWER, UPPER));
    }

    /// What skopeo leaves mounted.
    @AfterEach
    void unmount() throws Exception {
        for (var mount : Mounts.read().reversed()) {
            if (mount.mountPoint().startsWith(folder)) {
                Mounts.unmount(mount.mountPoint());
            }
        }
    }

    private Path image(byte[]... tars) throws Exception {
        var image = Files.createTempDirectory(folder, "image");
        var diffIds = new StringBuilder();
        var layers = new StringBuilder();
        for (var tar : tars) {
            diffIds.append(diffIds.isEmpty() ? "" : ",")
                    .append('"')
                    .append(Digest.sha256(tar))
                    .append('"');
            layers.append(layers.isEmpty() ? "" : ",").append(blob(image, "layer.v1.tar+gzip", TestStore.gzip(tar)));
        }
        var config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"User\":\"1000\"},\"rootfs\":{\"type\":"
                + "\"layers\",\"diff_ids\":[" + diffIds + "]}}";
        Files.writeString(
                image.resolve("manifest.json"),
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                        + blob(image, "config.v1+json", config.getBytes(StandardCharsets.UTF_8)) + ",\"layers\":["
                        + layers + "]}");
        return image;
    }

    private static String blob(Path image, String type, byte[] bytes) throws IOException {
        var digest = Digest.sha256(bytes);
        Files.write(image.resolve(digest.hex()), bytes);
        return "{\"mediaType\":\"application/vnd.oci.image." + type + "\",\"digest\":\"" + digest + "\",\"size\":"
                + bytes.length + "}";
    }

    private void copyTo(Path store, String name, Path image) throws Exception {
        var target = "containers-storage:[overlay@" + store + "+" + folder.resolve("foreign-run") + "]" + name;
        Shell.run(folder, "skopeo", "--insecure-policy", "copy", "-q", "dir:" + image, target);
        unmount();
    }

    private StorageConfig config(Path... additional) {
        return new StorageConfig(
                folder.resolve("root"), folder.resolve("run"), folder.resolve("root"), List.of(additional));
    }

    private static Map<String, String> listing(Path root) throws IOException {
        var listing = new java.util.TreeMap<String, String>();
        TreeListing.of(root, _ -> true, _ -> true).forEach((path, file) -> listing.put(path, file.toString()));
        return listing;
    }

    private static void assertIsApp(Path root) throws IOException {
        assertEquals("two", Files.readString(root.resolve("conf")));
        assertEquals("kept", Files.readString(root.resolve("keep")));
        assertEquals("new", Files.readString(root.resolve("opaque/new")));
        assertFalse(Files.exists(root.resolve("gone")));
        assertFalse(Files.exists(root.resolve("opaque/old")));
    }

    @Test
    void aContainerRunsOnAnImageOfSkopeosAndNothingOfItIsCopiedOrWritten() throws Exception {
        var before = listing(foreign);
        try (var store = new TestStore(config(foreign))) {
            var index = ImageIndex.open(store.config(), store.layers());
            var image = index.find("quay.io/app:1").orElseThrow();
            assertEquals(CHAIN, image.diffIds());
            assertEquals(List.of(image), index.list());
            assertEquals(Optional.of(foreign), index.additionalStore(image.id()));
            assertEquals(
                    LOWER.length
                            + UPPER.length
                            + image.manifestJson().length()
                            + image.configJson().length(),
                    image.sizeBytes());
            assertEquals(List.of("quay.io/app@" + image.manifestDigest()), image.repoDigests());
            assertTrue(store.layers().lowerDirectories(CHAIN).stream().allMatch(layer -> layer.startsWith(foreign)));

            var root = store.roots().prepare("c", ContainerLayers.withoutVolumes(CHAIN));
            assertIsApp(root);
            Files.writeString(root.resolve("conf"), "three");
            Files.delete(root.resolve("keep"));
            store.roots().remove("c");

            assertFalse(index.remove(image.id()));
            store.layers().collect(index::usedLayers);
            assertEquals(List.of(image), index.list());
            assertEquals(new LayerInfo(0, 0), store.layers().usage());
        }
        assertEquals(before, listing(foreign));
    }

    @Test
    void aPullOnTopOfItBringsOnlyWhatItLacks() throws Exception {
        var added = TarWriter.of(TarWriter.file("added", "added"), TarWriter.hardLink("linked", "keep"));
        var chain = List.of(CHAIN.getFirst(), CHAIN.getLast(), Digest.sha256(added));
        try (var store = new TestStore(config(foreign))) {
            assertEquals(Set.of(chain.getLast()), store.layers().missing(chain));
            assertEquals(
                    Set.of(CHAIN.getLast()), store.layers().missing(List.of(CHAIN.getLast())), "without its parent");
            store.add(added);
            store.layers().settle(chain);
            var root = store.roots().prepare("c", ContainerLayers.withoutVolumes(chain));
            assertIsApp(root);
            assertEquals("added", Files.readString(root.resolve("added")));
            assertEquals("kept", Files.readString(root.resolve("linked")));

            var index = ImageIndex.open(store.config(), store.layers());
            index.put(new StoredImage(
                    chain.getLast(),
                    chain.getLast(),
                    "{}",
                    "{}",
                    chain,
                    List.of("quay.io/app:1"),
                    List.of(),
                    1,
                    Instant.EPOCH));
            assertEquals(chain, index.find("quay.io/app:1").orElseThrow().diffIds(), "the tag is the newer image's");
            assertEquals(2, index.list().size());
            store.reopen();
            index = ImageIndex.open(store.config(), store.layers());
            assertEquals(2, index.list().size());
            assertTrue(index.remove(chain.getLast()));
            assertEquals(CHAIN, index.find("quay.io/app:1").orElseThrow().diffIds());
            store.roots().remove("c");
        }
    }

    @Test
    void whatStandsOnAStoreThatWentAwayIsForgotten() throws Exception {
        var added = TarWriter.of(TarWriter.file("added", "added"));
        var chain = List.of(CHAIN.getFirst(), CHAIN.getLast(), Digest.sha256(added));
        try (var store = new TestStore(config(foreign))) {
            store.add(added);
            store.layers().settle(chain);
            ImageIndex.open(store.config(), store.layers())
                    .put(new StoredImage(
                            chain.getLast(),
                            chain.getLast(),
                            "{}",
                            "{}",
                            chain,
                            List.of(),
                            List.of(),
                            1,
                            Instant.EPOCH));
        }
        try (var store = new TestStore(config(folder.resolve("nowhere")))) {
            var index = ImageIndex.open(store.config(), store.layers());
            assertEquals(List.of(), index.list());
            assertThrows(IOException.class, () -> store.layers().lowerDirectories(chain));
        }
    }

    @Test
    void anImageThatIsInBothStaysWhenOursIsRemoved() throws Exception {
        try (var store = new TestStore(config(foreign))) {
            var index = ImageIndex.open(store.config(), store.layers());
            var image = index.list().getFirst();
            index.put(image.withNames(List.of("quay.io/app:2"), List.of()));
            assertEquals(1, index.list().size());
            assertEquals(
                    List.of("quay.io/app:2", "quay.io/app:1"),
                    index.list().getFirst().repoTags());
            assertTrue(index.remove(image.id()));
            assertEquals(List.of("quay.io/app:1"), index.list().getFirst().repoTags());
        }
    }

    @Test
    void theFirstOfTwoStoresHasTheTag() throws Exception {
        var second = folder.resolve("second");
        copyTo(second, "quay.io/app:1", image(LOWER));
        try (var store = new TestStore(config(second, foreign))) {
            var index = ImageIndex.open(store.config(), store.layers());
            assertEquals(2, index.list().size());
            assertEquals(
                    List.of(CHAIN.getFirst()),
                    index.find("quay.io/app:1").orElseThrow().diffIds());
        }
    }

    @Test
    void aStoreOfOurOwnFormIsReadAsWell() throws Exception {
        var other = folder.resolve("other");
        var linked = TarWriter.of(TarWriter.hardLink("linked", "keep"));
        var chain = List.of(CHAIN.getFirst(), Digest.sha256(linked));
        var config = "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + chain.getFirst() + "\",\"" + chain.getLast()
                + "\"]}}";
        var id = Digest.sha256(config.getBytes(StandardCharsets.UTF_8));
        try (var filling = new TestStore(new StorageConfig(other, folder.resolve("run2")))) {
            filling.addChain(LOWER, linked);
            ImageIndex.open(filling.config(), filling.layers())
                    .put(new StoredImage(
                            id, id, "{}", config, chain, List.of("quay.io/own:1"), List.of(), 1, Instant.EPOCH));
        }
        Files.writeString(other.resolve("images/damaged.json"), "{");
        var before = listing(other);
        try (var store = new TestStore(config(other))) {
            var index = ImageIndex.open(store.config(), store.layers());
            assertEquals(id, index.find("quay.io/own:1").orElseThrow().id());
            assertEquals(Set.of(), store.layers().missing(chain));
            assertEquals(Set.of(), store.layers().missing(List.of(chain.getFirst())));
            var root = store.roots().prepare("c", ContainerLayers.withoutVolumes(chain));
            assertEquals("kept", Files.readString(root.resolve("linked")));
            store.roots().remove("c");
        }
        assertEquals(before, listing(other));
    }

    @Test
    void imagesLiveInAFolderOfTheirOwnAndThoseFromBeforeStayUsable() throws Exception {
        var images = folder.resolve("images");
        var root = folder.resolve("root");
        var split = new StorageConfig(root, folder.resolve("run"), images, List.of());
        var config = "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + CHAIN.getFirst() + "\"]}}";
        var id = Digest.sha256(config.getBytes(StandardCharsets.UTF_8));
        var old = List.of(CHAIN.getFirst());
        try (var store = new TestStore(config())) {
            store.addChain(LOWER);
            ImageIndex.open(store.config(), store.layers())
                    .put(new StoredImage(
                            id, id, "{}", config, old, List.of("quay.io/o:1"), List.of(), 1, Instant.EPOCH));
            store.roots().prepare("before", ContainerLayers.withoutVolumes(old));
        }
        try (var store = new TestStore(split)) {
            var index = ImageIndex.open(store.config(), store.layers());
            assertEquals(Optional.of(root), index.additionalStore(id));
            assertEquals(
                    "one",
                    Files.readString(store.roots()
                            .prepare("before", ContainerLayers.withoutVolumes(old))
                            .resolve("conf")));
            var chain = store.addChain(TarWriter.of(TarWriter.file("new", "new")));
            assertTrue(store.files(chain.getFirst()).startsWith(images));
            var mounted = store.roots().prepare("c", ContainerLayers.withoutVolumes(chain));
            Files.writeString(mounted.resolve("written"), "12345");
            assertTrue(Files.exists(root.resolve("container-roots/c/upper/written")));
            assertEquals(5, store.roots().usage().bytes());
            assertEquals(3, store.layers().usage().sizeBytes());
            assertTrue(store.layers().contains(chain.getFirst()));
            store.layers().unpack(chain.getFirst(), "again", () -> new ByteArrayInputStream(new byte[0]));
            store.roots().remove("c");
            store.roots().remove("before");
        }
    }
}
