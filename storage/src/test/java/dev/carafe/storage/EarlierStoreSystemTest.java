package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store as each earlier schema wrote it, kept as a tar: two layers of which the upper has a link into the lower, one
/// that is not settled, an image, and a container's root. It opens whole. A new schema adds a tar beside this one,
/// which is never changed.
@Tag("system")
class EarlierStoreSystemTest {
    private static final byte[] LOWER = TarWriter.of(
            TarWriter.directory("usr"), TarWriter.file("usr/file", "lower").mode(04755));
    private static final byte[] UPPER = TarWriter.of(
            TarWriter.hardLink("usr/again", "usr/file"),
            TarWriter.symlink("usr/link", "file"),
            TarWriter.file("usr/.wh.gone", ""));
    private static final byte[] UNSETTLED =
            TarWriter.of(TarWriter.file("implied/file", "alone"), TarWriter.hardLink("link", "elsewhere"));
    private static final List<Digest> CHAIN = List.of(Digest.sha256(LOWER), Digest.sha256(UPPER));

    @TempDir
    private Path folder;

    @BeforeEach
    void unpack() throws IOException, InterruptedException, URISyntaxException {
        var tar = Path.of(Objects.requireNonNull(EarlierStoreSystemTest.class.getResource("schema-1.tar"))
                .toURI());
        Shell.run(folder, "tar", "--xattrs", "--xattrs-include=*", "--numeric-owner", "-xpf", tar.toString());
    }

    @Test
    void aStoreOfSchema1IsWhole() throws Exception {
        var config = new StorageConfig(folder.resolve("root"), folder.resolve("run"));
        try (var check = StoreCheck.open(config)) {
            var report = check.run(true);
            assertTrue(report.isClean(), report.toString());
            assertEquals(3 + 1, report.layers(), "one is the link of the upper layer");
        }
        try (var store = new TestStore(config)) {
            assertEquals(
                    List.of(image()), ImageIndex.open(config, store.layers()).list());

            var root = store.roots().prepare("c1", new ContainerLayers(CHAIN, List.of(List.of(CHAIN.getFirst()))));
            assertEquals("by the container", Files.readString(root.resolve("written")));
            assertEquals("lower", Files.readString(root.resolve("usr/again")));
            assertEquals(
                    Files.getAttribute(root.resolve("usr/file"), "unix:ino"),
                    Files.getAttribute(root.resolve("usr/again"), "unix:ino"));
            assertFalse(Files.exists(root.resolve("usr/link"), LinkOption.NOFOLLOW_LINKS), "deleted by the container");
            store.roots().remove("c1");

            // Never settled, but kept: it is not unpacked again.
            var base = store.add(TarWriter.of(TarWriter.file("elsewhere", "base")));
            var above = Digest.sha256(UNSETTLED);
            assertTrue(store.layers().contains(above));
            store.layers().settle(List.of(base, above));
            var other = store.roots().prepare("c2", ContainerLayers.withoutVolumes(List.of(base, above)));
            assertEquals("base", Files.readString(other.resolve("link")));
            assertEquals("alone", Files.readString(other.resolve("implied/file")));

            for (var tar : List.of(LOWER, UPPER)) {
                var again = new ByteArrayOutputStream();
                store.layers().writeTar(Digest.sha256(tar), Channels.newChannel(again));
                assertArrayEquals(tar, again.toByteArray());
            }
        }
    }

    private static StoredImage image() {
        var manifest = Digest.sha256(new byte[] {2});
        return new StoredImage(
                Digest.sha256(new byte[] {1}),
                manifest,
                "{\"m\":1}",
                "{\"c\":1}",
                CHAIN,
                List.of("r.example/app:1"),
                List.of("r.example/app@" + manifest),
                42,
                Instant.parse("2026-03-01T10:00:00.123456789Z"));
    }
}
