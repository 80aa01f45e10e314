package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tar of a layer is made again as it came, byte for byte, or not at all.
@Tag("system")
class RebuildTarSystemTest {
    private static final int TARS = Integer.getInteger("carafe.test.tars", 100);
    private static final int STACKS = Integer.getInteger("carafe.test.stacks", 60);
    private static final int LAYERS = 4;
    private static final long FIRST = Long.getLong("carafe.test.seed", 1);

    @TempDir
    private Path folder;

    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        store = new TestStore(folder);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private void assertComesBack(byte[] tar) throws Exception {
        assertArrayEquals(tar, rebuilt(store.add(tar)));
    }

    private byte[] rebuilt(Digest layer) throws IOException, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        store.layers().writeTar(layer, Channels.newChannel(bytes));
        assertEquals(store.layers().tarBytes(layer), bytes.size());
        return bytes.toByteArray();
    }

    private StoreCheck.Report check(boolean isDeep) throws IOException {
        store.layers().close();
        try (var check = StoreCheck.open(store.config())) {
            return check.run(isDeep);
        } finally {
            store.reopen();
        }
    }

    @Test
    void aLayerWithoutMembers() throws Exception {
        assertComesBack(TarWriter.of());
        assertComesBack(new byte[10240]);
        assertComesBack(new byte[0]);
        var report = check(true);
        assertTrue(report.isClean(), report.toString());
    }

    @Test
    void layersOfAnyStack() throws Exception {
        for (var seed = FIRST; seed < FIRST + 8; seed++) {
            var stack = new RandomStack(seed);
            for (var layer : stack.layers()) {
                assertComesBack(stack.tar(layer));
            }
        }
    }

    @Test
    void tarsInWhichAnythingFollowsAnything() throws Exception {
        var good = 0;
        for (var seed = FIRST; seed < FIRST + TARS; seed++) {
            var tar = new RandomTar(seed).bytes();
            try {
                var layer = store.add(tar);
                good++;
                assertArrayEquals(tar, rebuilt(layer), "seed " + seed);
            } catch (BadLayerException refused) {
                assertFalse(store.layers().contains(Digest.sha256(tar)), "seed " + seed);
            }
        }
        assertTrue(good > TARS / 3, good + " of " + TARS + " tars were layers");
        var report = check(true);
        assertTrue(report.isClean(), report.toString());
    }

    /// Settled over one another or refused as bad, they end in no other failure; and their tars stay what they were.
    @Test
    void stacksInWhichAnythingFollowsAnything() throws Exception {
        var settled = 0;
        for (var seed = FIRST; seed < FIRST + STACKS; seed++) {
            try {
                var chain = settledStack(seed);
                settled++;
                var root = store.roots().prepare("c", new ContainerLayers(chain, List.of(chain)));
                TreeListing.of(root, _ -> true, _ -> true);
                store.roots().remove("c");
                for (var layer : chain) {
                    assertEquals(layer, Digest.sha256(rebuilt(layer)));
                }
            } catch (BadLayerException refused) {
                // one of them has no place over the others
            } catch (IOException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(settled > STACKS / 15, settled + " of " + STACKS + " stacks were settled");
        var report = check(true);
        assertTrue(report.isClean(), report.toString());
    }

    private List<Digest> settledStack(long seed) throws IOException, InterruptedException {
        var chain = new ArrayList<Digest>();
        for (var random = LAYERS * seed; chain.size() < LAYERS; random++) {
            try {
                chain.add(store.add(new RandomTar(random).bytes()));
            } catch (BadLayerException refused) {
                // the next one may be good
            }
        }
        store.layers().settle(chain);
        return chain;
    }

    @Test
    void filesThatTheTarItselfReplaces() throws Exception {
        assertComesBack(TarWriter.of(
                TarWriter.file("a", "first"),
                TarWriter.hardLink("same", "a"),
                TarWriter.file("a", "second"),
                TarWriter.directory("d"),
                TarWriter.file("d/deep/x", "below"),
                TarWriter.file("d/deep/x", "again"),
                TarWriter.file("d/y", "beside"),
                TarWriter.symlink("d", "elsewhere"),
                TarWriter.file("elsewhere/z", "there"),
                TarWriter.file("d/z", "through the link"),
                TarWriter.directory("d"),
                TarWriter.file("d/deep/x", "a third time"),
                TarWriter.hardLink("a", "same"),
                TarWriter.file("same", "alone"),
                TarWriter.file("d", "a file now")));
        var report = check(true);
        assertTrue(report.isClean(), report.toString());
    }

    @Test
    void whatBelongsToNoFile() throws Exception {
        assertComesBack(new TarWriter()
                .raw('g', "global", TarWriter.paxRecord("comment", "hello".getBytes(StandardCharsets.UTF_8)))
                .add(TarWriter.file("dir/.wh.gone", "a whiteout with content"))
                .add(TarWriter.file(".wh..wh.plnk/1.2", "bookkeeping"))
                .add(TarWriter.file("file", "content"))
                .finish());
    }

    @Test
    void whatFollowsTheEnd() throws Exception {
        var random = new byte[1_000_000];
        new SplittableRandom(1).nextBytes(random);
        for (var rest : List.of(new byte[0], new byte[1], new byte[9 * 512], new byte[700_000], random)) {
            var tar = TarWriter.of(TarWriter.file("a", "content " + rest.length));
            var whole = Arrays.copyOf(tar, tar.length + rest.length);
            System.arraycopy(rest, 0, whole, tar.length, rest.length);
            assertComesBack(whole);
        }
        assertComesBack(new TarWriter().add(TarWriter.file("b", "no end")).toByteArray());
    }

    @Test
    void paddingAndHeadersThatNobodyElseWouldWrite() throws Exception {
        var tar = TarWriter.of(TarWriter.file("a", "x"), TarWriter.file("b", "y".repeat(513)));
        tar[512 + 100] = 7; // padding of the one
        tar[5 * 512 - 1] = 9; // and of the other
        var header = Arrays.copyOfRange(tar, 0, 512);
        header[510] = 'x'; // where ustar has nothing
        System.arraycopy(TarWriter.checked(header), 0, tar, 0, 512);
        assertComesBack(tar);
    }

    @Test
    void aFileThatChangedMakesNoTar() throws Exception {
        var layer = store.add(TarWriter.of(TarWriter.file("a", "content"), TarWriter.file("b", "more")));
        Files.writeString(store.files(layer).resolve("a"), "CONTENT");
        var changed = assertThrows(IOException.class, () -> rebuilt(layer));
        assertTrue(changed.getMessage().contains("make another tar"), changed.getMessage());
        Files.writeString(store.files(layer).resolve("a"), "");
        var shorter = assertThrows(IOException.class, () -> rebuilt(layer));
        assertTrue(shorter.getMessage().contains("a is shorter than it was"), shorter.getMessage());
        Files.delete(store.files(layer).resolve("a"));
        assertThrows(IOException.class, () -> rebuilt(layer));
        Files.createSymbolicLink(store.files(layer).resolve("a"), Path.of("b"));
        assertThrows(IOException.class, () -> rebuilt(layer));
    }

    @Test
    void aRecordThatIsDamagedAnywhereMakesNoTarAndIsFoundByTheCheck() throws Exception {
        var tar = TarWriter.of(
                TarWriter.file("a", "first"), TarWriter.file("a", "second"), TarWriter.directory("some/folder"));
        var layer = store.add(tar);
        var recipe = StorePaths.recipe(store.files(layer).getParent());
        var whole = Files.readAllBytes(recipe);
        for (var at = 10; at < whole.length; at++) { // after gzip's own header, of which parts mean nothing
            var damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(recipe, damaged);
            assertNothingElseComesBack(tar, layer, "byte " + at);
            Files.write(recipe, Arrays.copyOf(whole, at));
            assertThrows(IOException.class, () -> rebuilt(layer), "cut at " + at);
        }
        var found = check(false).damaged().getFirst();
        assertTrue(found.differences().getFirst().startsWith("the record of its tar is damaged"), found.toString());
        Files.delete(recipe);
        assertEquals(
                List.of("the record of its tar is missing"),
                check(false).damaged().getFirst().differences());
        Files.write(recipe, whole);
        assertTrue(check(true).isClean());
        assertArrayEquals(tar, rebuilt(layer));
    }

    /// Deflate has several ways to say the same.
    private void assertNothingElseComesBack(byte[] tar, Digest layer, String where) throws InterruptedException {
        try {
            assertArrayEquals(tar, rebuilt(layer), where);
        } catch (IOException refused) {
            assertTrue(refused.getMessage().contains("the record of its tar is damaged"), where + ": " + refused);
        }
    }

    @Test
    void theDeepCheckLooksAtReplacedFilesToo() throws Exception {
        var layer = store.add(TarWriter.of(TarWriter.file("a", "first"), TarWriter.file("a", "second")));
        var aside = StorePaths.aside(store.files(layer).getParent());
        Files.writeString(aside.resolve("0"), "FIRST");
        assertTrue(check(false).isClean());
        assertTrue(check(true).damaged().getFirst().differences().getFirst().contains("make another tar"));
    }

    @Test
    void aLayerOfAnEarlierVersionSaysWhatToDo() throws Exception {
        var layer = store.add(TarWriter.of(TarWriter.file("a", "content")));
        var records = RecordFolder.open(StorePaths.of(store.config()).layerRecords(), LayerRecord.SCHEMA);
        var document = records.readAll().documents().entrySet().iterator().next();
        records.write(document.getKey(), document.getValue().replaceAll(",\"tarBytes\":\\d+", ""));
        Files.delete(StorePaths.recipe(store.files(layer).getParent()));
        store.reopen();
        var refusal = assertThrows(IOException.class, () -> store.layers().tarBytes(layer));
        assertTrue(refusal.getMessage().contains("pull them again"), refusal.getMessage());
        assertThrows(IOException.class, () -> rebuilt(layer));
        assertTrue(check(true).isClean());
    }

    @Test
    void aTarThatReplacesWithoutEndIsALayerWithoutARecord() throws Exception {
        var writer = new TarWriter();
        var file = TarWriter.file("a", "");
        for (var i = 0; i < TarRecipe.MAXIMUM_ASIDE + 2; i++) {
            writer.add(file);
        }
        var layer = store.add(writer.finish());
        var refusal = assertThrows(IOException.class, () -> store.layers().tarBytes(layer));
        assertTrue(refusal.getMessage().contains("replaces too many"), refusal.getMessage());
        var itsFolder = store.files(layer).getParent();
        assertFalse(Files.exists(StorePaths.recipe(itsFolder)));
        assertFalse(Files.exists(StorePaths.aside(itsFolder)));
        assertTrue(check(true).isClean());
    }
}
