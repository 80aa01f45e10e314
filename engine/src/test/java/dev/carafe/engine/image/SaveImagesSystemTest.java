package dev.carafe.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.Invalid;
import dev.carafe.engine.NotFound;
import dev.carafe.engine.OfflineImages;
import dev.carafe.engine.image.LoadImages.Loaded;
import dev.carafe.engine.image.SaveImages.Form;
import dev.carafe.engine.image.SaveImages.Saved;
import dev.carafe.linux.Mounts;
import dev.carafe.linux.SelinuxLabel;
import dev.carafe.oci.Digest;
import dev.carafe.oci.Manifest;
import dev.carafe.storage.StorageConfig;
import dev.carafe.storage.StoreCheck;
import dev.carafe.trust.TrustConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What goes out of one store comes into another, and skopeo reads it.
@Tag("system")
class SaveImagesSystemTest {
    private static final String NAME = "registry.example/team/app:1";
    private static final String OTHER = "registry.example/team/other:2";
    private static final int SMALL_DISK = 1 << 20;
    private static final String ACCEPT = "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}";

    @TempDir
    private Path folder;

    private OciLayoutFolder layout;
    private StorageConfig storage;
    private TrustConfig trust;
    private byte[] base;
    private byte[] top;
    private Path target;

    @BeforeEach
    void makeStore() throws Exception {
        storage = new StorageConfig(folder.resolve("root"), folder.resolve("run"));
        var policy = Files.writeString(folder.resolve("policy.json"), ACCEPT);
        trust = new TrustConfig(List.of(policy), folder.resolve("policies"), List.of());
        layout = new OciLayoutFolder(folder.resolve("layout"));
        base = tar("hello", "hello, world");
        top = tar("second", "a second layer");
        target = Files.createDirectory(folder.resolve("out")).resolve("image");
    }

    private byte[] tar(String name, String content) throws Exception {
        var files = Files.createDirectories(folder.resolve("files-" + name));
        Files.writeString(files.resolve(name), content);
        Files.createLink(files.resolve("again"), files.resolve(name));
        Files.createSymbolicLink(files.resolve("link"), Path.of(name));
        return Tools.tar(files);
    }

    private List<Loaded> load(StorageConfig into, Path path) throws IOException, InterruptedException {
        try (var images = OfflineImages.open(into, trust, Path.of("/nowhere"), Clock.systemUTC())) {
            return images.load(path, "");
        }
    }

    private List<Saved> save(Form form, String... names) throws IOException, InterruptedException {
        try (var images = OfflineImages.open(storage, trust, Path.of("/nowhere"), Clock.systemUTC())) {
            return images.save(List.of(names), target, form);
        }
    }

    private void assertNothingIsLeft() throws IOException {
        try (var files = Files.list(folder.resolve("out"))) {
            assertEquals(List.of(), files.toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"ARCHIVE, docker-archive", "ARCHIVE, oci-archive", "OCI, oci", "DIRECTORY, dir"})
    void skopeoReadsTheSameImage(Form form, String transport) throws Exception {
        var id = layout.add(NAME, base, top);
        load(storage, layout.folder());
        assertEquals(List.of(new Saved(id.hex(), List.of(NAME))), save(form, NAME));
        var from = transport + ":" + target + (form == Form.DIRECTORY ? "" : ":" + NAME);
        var copy = folder.resolve("copy");
        Tools.run("skopeo", "--insecure-policy", "copy", from, "dir:" + copy);
        var manifest = Manifest.parse(Files.readAllBytes(copy.resolve("manifest.json")));
        assertEquals(id, manifest.config().digest());
        assertEquals(2, manifest.layers().size());
        Tools.run("skopeo", "--insecure-policy", "copy", from, "oci:" + folder.resolve("again") + ":x");
    }

    @ParameterizedTest
    @EnumSource
    void anotherStoreTakesTheSameImage(Form form) throws Exception {
        var id = layout.add(NAME, base, top);
        load(storage, layout.folder());
        save(form, NAME);
        var second = new StorageConfig(folder.resolve("root2"), folder.resolve("run2"));
        var names = form == Form.DIRECTORY ? List.<String>of() : List.of(NAME);
        assertEquals(List.of(new Loaded(id.hex(), names)), load(second, target));
        try (var check = StoreCheck.open(second)) {
            assertTrue(check.run(true).isClean());
        }
    }

    @Test
    void severalImagesShareTheirLayersInOneArchive() throws Exception {
        var one = layout.add(NAME, base);
        var two = layout.add(OTHER, base, top, base);
        var nameless = layout.add("", top);
        load(storage, layout.folder());
        save(Form.ARCHIVE, NAME, OTHER, nameless.hex());
        var members = Tools.run("tar", "-tf", target.toString()).lines().toList();
        assertEquals(members.size(), Set.copyOf(members).size());
        assertEquals(2 + 3 + 3 + 3, members.size(), members.toString());
        for (var name : List.of(NAME, OTHER)) {
            for (var transport : List.of("docker-archive:", "oci-archive:")) {
                Tools.run("skopeo", "--insecure-policy", "inspect", transport + target + ":" + name);
            }
        }
        var second = new StorageConfig(folder.resolve("root2"), folder.resolve("run2"));
        var loaded = load(second, target);
        assertEquals(
                List.of(one.hex(), two.hex(), nameless.hex()),
                loaded.stream().map(Loaded::id).toList());
        assertEquals(
                List.of(List.of(NAME), List.of(OTHER), List.of()),
                loaded.stream().map(Loaded::names).toList());
    }

    @Test
    void anImageKeepsTheTagItIsNamedByOrAllOfThem() throws Exception {
        var id = layout.add(NAME, base);
        layout.add(OTHER, base);
        load(storage, layout.folder());
        assertEquals(List.of(new Saved(id.hex(), List.of(OTHER))), save(Form.OCI, OTHER));
        target = target.resolveSibling("all");
        var all = save(Form.OCI, id.hex().substring(0, 12));
        assertEquals(Set.of(NAME, OTHER), new HashSet<>(all.getFirst().names()));
        target = target.resolveSibling("both");
        assertEquals(List.of(new Saved(id.hex(), List.of(OTHER, NAME))), save(Form.OCI, OTHER, NAME));
    }

    @ParameterizedTest
    @EnumSource
    void aLayerThatIsNotWhatItWasLeavesNothing(Form form) throws Exception {
        layout.add(NAME, base, top);
        load(storage, layout.folder());
        var files = folder.resolve("root/layers/sha256/" + Digest.sha256(top).hex() + "/fs");
        Files.writeString(files.resolve("second"), "A SECOND LAYER");
        var failure = assertThrows(IOException.class, () -> save(form, NAME));
        assertTrue(failure.getMessage().contains(Digest.sha256(top).hex()), failure.getMessage());
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void onAFullDiskNothingIsLeftAndTheCauseIsTold(Form form) throws Exception {
        var text = new StringBuilder();
        new Random(1).ints(2 * SMALL_DISK, ' ', '~').forEach(character -> text.append((char) character));
        layout.add(NAME, tar("large", text.toString()));
        load(storage, layout.folder());
        Mounts.tmpfs(target.getParent(), SMALL_DISK, 0700, Set.of(), SelinuxLabel.NONE);
        try {
            var failure = assertThrows(IOException.class, () -> save(form, NAME));
            assertTrue(failure.toString().contains("No space left on device"), failure.toString());
            assertNothingIsLeft();
        } finally {
            Mounts.unmount(target.getParent());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsThereIsNotReplaced(Form form) throws Exception {
        layout.add(NAME, base);
        load(storage, layout.folder());
        Files.writeString(target, "precious");
        assertThrows(Invalid.class, () -> save(form, NAME));
        assertEquals("precious", Files.readString(target));
        Files.delete(target);
        Files.createDirectory(target);
        assertThrows(Invalid.class, () -> save(form, NAME));
        Files.delete(target);
        assertNothingIsLeft();
    }

    @Test
    void onlyTheOwnerMayReadIt() throws Exception {
        layout.add(NAME, base);
        load(storage, layout.folder());
        save(Form.ARCHIVE, NAME);
        assertFalse(Tools.run("stat", "-c", "%a", target.toString()).strip().matches("..[1-7]|.[1-7]."));
        target = target.resolveSibling("folder");
        save(Form.OCI, NAME);
        assertEquals("700", Tools.run("stat", "-c", "%a", target.toString()).strip());
    }

    @Test
    void whatCantBeMeantIsRefused() throws Exception {
        layout.add(NAME, base);
        layout.add(OTHER, top);
        load(storage, layout.folder());
        assertThrows(NotFound.class, () -> save(Form.ARCHIVE, NAME, "registry.example/no/such:1"));
        assertThrows(Invalid.class, () -> save(Form.ARCHIVE));
        assertThrows(Invalid.class, () -> save(Form.DIRECTORY, NAME, OTHER));
        target = Path.of("relative");
        assertThrows(Invalid.class, () -> save(Form.ARCHIVE, NAME));
        target = folder.resolve("missing/image");
        assertThrows(IOException.class, () -> save(Form.ARCHIVE, NAME));
        assertNothingIsLeft();
    }
}
