package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.carafe.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A layer that is not what it should be is refused with a reason, and the store is as it was before.
@Tag("system")
class BadLayerSystemTest {
    private static final Digest SOME = Digest.sha256(new byte[] {1});

    private static final int MUTATIONS = Integer.getInteger("carafe.test.mutations", 300);

    @TempDir
    private Path folder;

    private TestStore store;
    private Set<String> before;

    @BeforeEach
    void open() throws Exception {
        store = new TestStore(folder);
        store.add(TarWriter.of(TarWriter.file("there", "before")));
        before = store.disk();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private String refusal(Digest diffId, InputStream layer) throws Exception {
        var failure = assertThrows(IOException.class, () -> store.layers().unpack(diffId, "a test's", () -> layer));
        assertEquals(before, store.disk());
        assertFalse(store.layers().contains(diffId));
        var message = String.valueOf(failure.getMessage());
        assertTrue(message.contains(diffId.toString()), message);
        return message;
    }

    private String refusal(byte[] layer) throws Exception {
        return refusal(SOME, new ByteArrayInputStream(layer));
    }

    private void assertRefused(String reason, byte[] tar) throws Exception {
        var message = refusal(Digest.sha256(tar), new ByteArrayInputStream(TestStore.gzip(tar)));
        assertTrue(message.contains(reason), message);
    }

    @Test
    void contentOfAnotherDigestIsNamedAsSuch() throws Exception {
        var tar = TarWriter.of(TarWriter.file("a", "b"));
        var message = refusal(TestStore.gzip(tar));
        assertTrue(message.contains("has the digest " + Digest.sha256(tar) + " instead"), message);
    }

    @Test
    void whatIsCutShortOrFollowedByGarbageIsDamage() throws Exception {
        var tar = TarWriter.of(TarWriter.file("a", Decoding.text(100_000)), TarWriter.directory("d"));
        for (var compressed : List.of(TestStore.gzip(tar), Zstd.compress(tar))) {
            var random = new SplittableRandom(compressed.length);
            for (var round = 0; round < 10; round++) {
                refusal(
                        Digest.sha256(tar),
                        new ByteArrayInputStream(Arrays.copyOf(compressed, random.nextInt(20, compressed.length))));
            }
            refusal(Digest.sha256(tar), new ByteArrayInputStream(Decoding.joined(compressed, new byte[] {1, 2, 3})));
        }
    }

    @Test
    void aTarOfAnotherFormIsRefused() throws Exception {
        assertRefused("tar header: ", Decoding.text(5000));
        assertRefused("cut short", Arrays.copyOf(TarWriter.of(TarWriter.file("a", "long enough")), 700));
        assertRefused("not supported", TarWriter.of(TarWriter.special('Z', "a")));
    }

    @Test
    void namesThatLeadOutAreRefused() throws Exception {
        assertRefused("leaves the layer", TarWriter.of(TarWriter.file("../escaped", "x")));
        assertRefused("leaves the layer", TarWriter.of(TarWriter.file("a/../../escaped", "x")));
        assertRefused("leaves the layer", TarWriter.of(TarWriter.hardLink("a", "../../escaped")));
        assertRefused("hides nothing", TarWriter.of(TarWriter.file("a/.wh...", "x")));
        assertRefused("leaves the layer", TarWriter.of(TarWriter.file("/../b", "")));
    }

    @Test
    void linksLeadNowhereButInTheLayer() throws Exception {
        var outside = Files.createDirectory(folder.resolve("outside"));
        for (var target : List.of(outside.toString(), "../../../../../../outside", "/" + "../".repeat(20) + outside)) {
            var id = store.add(TarWriter.of(
                    TarWriter.symlink("link", target),
                    TarWriter.file("link/file", target),
                    TarWriter.hardLink("hard", "link/file")));
            assertTrue(Files.exists(store.files(id).resolve("hard")));
            try (var left = Files.list(outside)) {
                assertEquals(0, left.count());
            }
        }
    }

    @Test
    void aHardLinkCannotReplaceTheDirectoryOfItsTarget() throws Exception {
        assertRefused(
                "in place of the directory",
                TarWriter.of(TarWriter.file("d/e/x", "x"), TarWriter.hardLink("d", "d/e/x")));
        assertRefused(
                "in place of the directory",
                TarWriter.of(
                        TarWriter.file("d/x", "x"), TarWriter.symlink("link", "d"), TarWriter.hardLink("d", "link/x")));
    }

    @Test
    void aHardLinkToAFileOfALowerLayerIsNoDirectory() throws Exception {
        assertRefused(
                "d is used as a directory and is none",
                TarWriter.of(TarWriter.hardLink("d", "below"), TarWriter.file("d/x", "x")));
    }

    /// The lower layer's link leads to where the upper one has a hard link.
    @Test
    void aFileAndADirectoryOfOneNameAreRefused() throws Exception {
        var lower = TarWriter.of(
                TarWriter.directory("there"), TarWriter.symlink("link", "there"), TarWriter.file("file", "x"));
        var linked = TarWriter.of(TarWriter.file("link/x", "x"), TarWriter.hardLink("there", "file"));
        var copied = TarWriter.of(
                TarWriter.file("link/x", "x"), TarWriter.hardLink("there", "file"), TarWriter.file("file", "another"));
        for (var upper : List.of(linked, copied)) {
            var failure = assertThrows(BadLayerException.class, () -> store.addChain(lower, upper));
            assertTrue(failure.getMessage().contains("there is named twice"), failure.getMessage());
        }
    }

    @Test
    void namesBeyondTheKernelsBoundsAreRefused() throws Exception {
        assertRefused("ENAMETOOLONG", TarWriter.of(TarWriter.file("n".repeat(256), "x")));
        assertRefused("longer than 4096", TarWriter.of(TarWriter.file("a/".repeat(2100) + "b", "x")));
        assertRefused("deeper than", TarWriter.of(TarWriter.file("a/".repeat(1100) + "b", "x")));
        assertRefused("longer than 4096", TarWriter.of(TarWriter.symlink("a", "t".repeat(4097))));
    }

    @Test
    void deviceZeroIsNoDevice() throws Exception {
        assertRefused("deleted file", TarWriter.of(TarWriter.special('3', "a").device(0, 0)));
    }

    @Test
    void aBombIsRefusedByItsRatioAndByItsSize() throws Exception {
        var tar = TarWriter.of(TarWriter.file("zeros", new byte[20 << 20]));
        store.reopen(new LayerLimits(1 << 30, 100, 200, 1 << 20), _ -> {});
        assertRefused("decompression bomb", tar);
        store.reopen(new LayerLimits(10 << 20, 100, 2000, 0), _ -> {});
        assertRefused("larger than", tar);
        store.reopen(new LayerLimits(1 << 30, 100, 200, 1 << 30), _ -> {});
        store.add(tar);
    }

    @Test
    void moreEntriesThanThereMayBeAreRefused() throws Exception {
        store.reopen(new LayerLimits(1 << 30, 3, 200, 1 << 30), _ -> {});
        var writer = new TarWriter();
        for (var i = 0; i < 4; i++) {
            writer.add(TarWriter.file("same", "x"));
        }
        assertRefused("more than 3 entries", writer.finish());
    }

    @Test
    void holesCountAsMuchAsContent() throws Exception {
        var huge = TarWriter.file("huge", "")
                .pax("GNU.sparse.major", "1")
                .pax("GNU.sparse.minor", "0")
                .pax("GNU.sparse.realsize", String.valueOf(1L << 50));
        assertRefused("sparse", TarWriter.of(huge));
    }

    @Test
    void whatTheSourceSaysOfItselfComesFirst() throws Exception {
        var gzip = TestStore.gzip(TarWriter.of(TarWriter.file("a", Decoding.text(500_000))));
        gzip[gzip.length / 2] ^= 0x55;
        var source = new FilterInputStream(new ByteArrayInputStream(gzip)) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                var n = super.read(bytes, offset, length);
                if (n < 0) {
                    throw new IOException("the blob has another digest");
                }
                return n;
            }
        };
        var message = refusal(SOME, source);
        assertTrue(message.contains("the blob has another digest"), message);
    }

    @Test
    void randomDamageNeverDoesMoreThanFail() throws Exception {
        var random = new SplittableRandom(7);
        for (var round = 0; round < 150; round++) {
            var stack = new RandomStack(round);
            var tar = stack.tar(stack.layers().getFirst());
            for (var flips = random.nextInt(1, 6); flips > 0; flips--) {
                tar[random.nextInt(tar.length)] = (byte) random.nextInt(256);
            }
            // Under a wrong digest: whatever becomes of it, nothing stays.
            refusal(tar);
        }
    }

    @Test
    void damageToTheFieldsOfHeadersNeverDoesMoreThanFail() throws Exception {
        var seed = Long.getLong("carafe.test.seed", new Random().nextLong());
        var random = new SplittableRandom(seed);
        var messages = new TreeSet<String>();
        for (var round = 0; round < MUTATIONS; round++) {
            var tar = round % 3 == 0 ? tarOfAllForms() : tarOfRandomStack(random.nextInt());
            HeaderDamage.to(tar, random);
            try {
                messages.add(refusal(tar).replaceAll("[0-9a-f]{64}|[0-9]+", "#").replaceAll("\"[^\"]*\"", "#"));
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        assertTrue(messages.size() > 10, () -> "seed " + seed + " reached only " + messages);
        store.add(tarOfAllForms());
        assertFalse(Files.exists(folder.resolve("x")) || Files.exists(Path.of("/x")), "seed " + seed);
    }

    private static byte[] tarOfRandomStack(int seed) {
        var stack = new RandomStack(seed);
        return stack.tar(stack.layers().getFirst());
    }

    private static byte[] tarOfAllForms() {
        return TarWriter.of(
                TarWriter.directory("d"),
                TarWriter.file("d/" + "long".repeat(60), "content").gnu(),
                TarWriter.file("d/pax", "content")
                        .pax("path", "d/by-pax")
                        .pax("uid", "70000")
                        .pax("mtime", "1700000000.123456789")
                        .xattr("user.a", new byte[] {1, 2}),
                TarWriter.file("sparse", "1\n0\n7\n" + "\0".repeat(506) + "content")
                        .pax("GNU.sparse.major", "1")
                        .pax("GNU.sparse.minor", "0")
                        .pax("GNU.sparse.name", "d/sparse")
                        .pax("GNU.sparse.realsize", "100"),
                TarWriter.hardLink("d/hard", "d/by-pax"),
                TarWriter.symlink("d/soft", "../../x"),
                TarWriter.special('3', "d/null").device(1, 3),
                TarWriter.special('6', "d/fifo"));
    }

    @Test
    void aFailureAtAnyStepLeavesTheStoreAsItWas() throws Exception {
        var tar = TarWriter.of(TarWriter.file("a", "b"));
        for (var breaks : EnumSet.complementOf(EnumSet.of(Step.UNRECORDED))) {
            store.reopen(step -> {
                if (step == breaks) {
                    throw new IOException("broken at " + step);
                }
            });
            assertRefused("broken at " + breaks, tar);
        }
        store.reopen();
        store.add(tar);
    }

    @Test
    void aRemovalThatBreaksOffIsFinishedByTheNextStart() throws Exception {
        var before = store.disk();
        var used = Set.copyOf(store.layers().folders().layers().keySet());
        store.add(TarWriter.of(TarWriter.file("a", "b")));
        store.reopen(step -> {
            if (step == Step.UNRECORDED) {
                throw new IOException("broken");
            }
        });
        assertThrows(IOException.class, () -> store.layers().collect(() -> used));
        store.reopen();
        assertEquals(before, store.disk());
    }
}
