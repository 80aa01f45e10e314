package dev.carafe.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.Invalid;
import dev.carafe.engine.OfflineImages;
import dev.carafe.engine.image.LoadImages.Loaded;
import dev.carafe.oci.Digest;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StorageConfig;
import dev.carafe.storage.StoreCheck;
import dev.carafe.storage.StoredImage;
import dev.carafe.trust.SignatureRefusedException;
import dev.carafe.trust.TrustConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Images that skopeo wrote in each form, into stores of their own.
@Tag("system")
class LoadImagesSystemTest {
    private static final String NAME = "registry.example/team/app:1";
    private static final String ACCEPT = "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}";

    @TempDir
    private Path folder;

    private OciLayoutFolder layout;
    private StorageConfig storage;
    private TrustConfig trust;
    private byte[] layer;

    @BeforeEach
    void makeLayout() throws Exception {
        storage = new StorageConfig(folder.resolve("root"), folder.resolve("run"));
        var policy = Files.writeString(folder.resolve("policy.json"), ACCEPT);
        trust = new TrustConfig(List.of(policy), folder.resolve("policies"), List.of());
        layout = new OciLayoutFolder(folder.resolve("layout"));
        layer = tar("hello", "hello, world");
    }

    private byte[] tar(String name, String content) throws Exception {
        var files = Files.createDirectories(folder.resolve("files-" + name));
        Files.writeString(files.resolve(name), content);
        return Tools.tar(files);
    }

    private List<Loaded> load(Path path, String name) throws IOException, InterruptedException {
        try (var images = OfflineImages.open(storage, trust, Path.of("/nowhere"), Clock.systemUTC())) {
            return images.load(path, name);
        }
    }

    private List<StoredImage> stored() throws IOException {
        try (var layers = Layers.open(storage)) {
            return ImageIndex.open(storage, layers).list();
        }
    }

    private void assertStoreIsEmpty() throws IOException {
        assertEquals(List.of(), stored());
        try (var layers = Layers.open(storage)) {
            assertEquals(0, layers.usage().inodes());
        }
    }

    @ParameterizedTest
    @CsvSource({"dir, false", "oci, false", "oci-archive, true", "docker-archive, true"})
    void whatSkopeoWritesIsTheSameImageInEachForm(String transport, boolean isArchive) throws Exception {
        var id = layout.add("", layer, tar("second", "a second layer"));
        var target = folder.resolve(isArchive ? "image.tar" : "image");
        var docker = transport.equals("docker-archive");
        Tools.run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "oci:" + layout.folder(),
                transport + ":" + target + (docker ? ":" + NAME : ""));

        var loaded = load(target, docker ? "" : NAME);

        assertEquals(List.of(NAME), loaded.getFirst().names());
        var image = stored().getFirst();
        assertEquals(id, image.id());
        assertEquals(List.of(NAME), image.repoTags());
        assertEquals(Digest.sha256(layer), image.diffIds().getFirst());
        assertEquals(2, image.diffIds().size());
        assertEquals(docker ? 0 : 1, image.repoDigests().size());
        var files = folder.resolve("root/layers/sha256/" + Digest.sha256(layer).hex() + "/fs");
        assertEquals("hello, world", Files.readString(files.resolve("hello")));
        try (var check = StoreCheck.open(storage)) {
            assertTrue(check.run(true).isClean());
        }
    }

    @ParameterizedTest
    @CsvSource({"oci-archive, gzip", "oci-archive, zstd", "docker-archive, gzip", "docker-archive, zstd"})
    void anArchiveMayBeCompressed(String transport, String program) throws Exception {
        var id = layout.add("", layer);
        var archive = folder.resolve("image.tar");
        Tools.run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "oci:" + layout.folder(),
                transport + ":" + archive + ":" + NAME);
        var compressed = folder.resolve("compressed");
        Tools.run("sh", "-c", program + " < " + archive + " > " + compressed);
        assertEquals(List.of(new Loaded(id.hex(), List.of(NAME))), load(compressed, ""));
        try (var staged = Files.list(folder.resolve("root/layers/staging"))) {
            assertEquals(List.of(), staged.toList());
        }
    }

    @Test
    void aCompressedArchiveThatIsCutOrNoArchiveLeavesTheStoreAsBefore() throws Exception {
        layout.add(NAME, layer);
        var whole = folder.resolve("whole");
        Tools.run("sh", "-c", "tar -C " + layout.folder() + " -c . | gzip > " + whole);
        var bytes = Files.readAllBytes(whole);
        Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length / 2));
        Files.write(
                folder.resolve("text"),
                OciLayoutFolder.gzip("no tar ".repeat(100).getBytes(StandardCharsets.UTF_8)));
        Files.write(folder.resolve("twice"), OciLayoutFolder.gzip(bytes));
        for (var name : List.of("cut", "text", "twice")) {
            assertThrows(IOException.class, () -> load(folder.resolve(name), ""), name);
            assertStoreIsEmpty();
        }
        try (var staged = Files.list(folder.resolve("root/layers/staging"))) {
            assertEquals(List.of(), staged.toList());
        }
    }

    @Test
    void allImagesOfALayoutComeWithTheirNames() throws Exception {
        layout.add(NAME, layer);
        layout.add("registry.example/team/other:2", layer, tar("second", "a second layer"));
        layout.add("latest", tar("third", "a tag alone is no name"));
        layout.add("", tar("fourth", "no name at all"));
        layout.add("", tar("fifth", "and another"));
        var loaded = load(layout.folder(), "");
        assertEquals(
                List.of(List.of(NAME), List.of("registry.example/team/other:2"), List.of(), List.of(), List.of()),
                loaded.stream().map(Loaded::names).toList());
        assertEquals(5, stored().size());
    }

    @Test
    void aNameIsForOneImageAndNeedsItsRegistry() throws Exception {
        layout.add(NAME, layer);
        assertThrows(Invalid.class, () -> load(layout.folder(), "app:1"));
        assertThrows(Invalid.class, () -> load(layout.folder(), "registry.example/UPPER"));
        layout.add("registry.example/other:2", tar("second", "2"));
        assertThrows(Invalid.class, () -> load(layout.folder(), NAME));
        assertStoreIsEmpty();
    }

    @Test
    void aBlobThatIsNotWhatItsManifestSaysLeavesTheStoreAsBefore() throws Exception {
        var other = tar("second", "a second layer");
        layout.add(NAME, layer, other);
        var blob = layout.path(Digest.sha256(OciLayoutFolder.gzip(layer)));
        Files.copy(layout.path(Digest.sha256(OciLayoutFolder.gzip(other))), blob, StandardCopyOption.REPLACE_EXISTING);
        assertThrows(IOException.class, () -> load(layout.folder(), ""));
        assertStoreIsEmpty();
    }

    @Test
    void aBlobWithTrailingBytesIsRefused() throws Exception {
        layout.add(NAME, layer);
        var blob = layout.path(Digest.sha256(OciLayoutFolder.gzip(layer)));
        Files.write(blob, new byte[1], StandardOpenOption.APPEND);
        var failure = assertThrows(IOException.class, () -> load(layout.folder(), ""));
        assertTrue(failure.getMessage().contains(blob.getFileName().toString()), failure.getMessage());
        assertStoreIsEmpty();
    }

    @Test
    void aBlobThatIsALinkIsNotFollowed() throws Exception {
        layout.add(NAME, layer);
        var blob = layout.path(Digest.sha256(OciLayoutFolder.gzip(layer)));
        var elsewhere = folder.resolve("elsewhere");
        Files.move(blob, elsewhere);
        Files.createSymbolicLink(blob, elsewhere);
        assertThrows(IOException.class, () -> load(layout.folder(), ""));
        assertStoreIsEmpty();
    }

    @Test
    void thePolicyIsAskedAboutThePlace() throws Exception {
        layout.add(NAME, layer);
        Files.writeString(
                folder.resolve("policy.json"), """
                {"default":[{"type":"reject"}],
                 "transports":{"oci":{"%s":[{"type":"insecureAcceptAnything"}]}}}""".formatted(layout.folder().toRealPath()));
        load(layout.folder(), "");
        var elsewhere = new OciLayoutFolder(folder.resolve("elsewhere"));
        elsewhere.add(NAME, layer);
        var refused = assertThrows(SignatureRefusedException.class, () -> load(elsewhere.folder(), ""));
        assertTrue(refused.getMessage().contains("policy.json"), refused.getMessage());
        assertEquals(1, stored().size());
    }

    @Test
    void aPolicyThatWantsSignaturesRefusesWhatHasNone() throws Exception {
        layout.add(NAME, layer);
        Files.writeString(folder.resolve("policy.json"), """
                {"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/no/such/key"}]}""");
        var refused = assertThrows(SignatureRefusedException.class, () -> load(layout.folder(), ""));
        assertTrue(refused.getMessage().contains("transports.oci"), refused.getMessage());
        assertStoreIsEmpty();
    }

    @Test
    void whatIsNoImageIsNamedAsSuch() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "no tar ".repeat(100));
        for (var path : List.of(file, Files.createDirectory(folder.resolve("nothing")), folder.resolve("missing"))) {
            assertThrows(IOException.class, () -> load(path, ""), path::toString);
        }
        assertStoreIsEmpty();
    }
}
