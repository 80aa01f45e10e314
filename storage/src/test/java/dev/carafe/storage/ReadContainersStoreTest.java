package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Stores of containers/storage whose documents are whole, and such that are damaged in all ways.
class ReadContainersStoreTest {
    private static final int ENOUGH = 1 << 20;

    @TempDir
    private Path temporary;

    private ContainersStoreFolder folder;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void fill() throws IOException {
        folder = new ContainersStoreFolder(temporary.resolve("store"));
    }

    private AdditionalStore read() throws IOException {
        return new ReadContainersStore(folder.root(), new ByteBudget(ENOUGH), warnings).run();
    }

    private void replace(Path file, String from, String to) throws IOException {
        var text = Files.readString(file);
        assertTrue(text.contains(from), text);
        Files.writeString(file, text.replace(from, to));
    }

    private void assertLeftOut(String why) throws IOException {
        assertEquals(List.of(), read().images());
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.getFirst().contains(why), warnings.getFirst());
    }

    @Test
    void anImageIsAsItsDocumentsSay() throws IOException {
        var store = read();
        assertEquals(List.of(), warnings);
        var image = store.images().getFirst();
        assertEquals(ContainersStoreFolder.id(), image.id());
        assertEquals(List.of("quay.io/app:1"), image.repoTags());
        var manifest = ContainersStoreFolder.manifestJson();
        var digest = Digest.sha256(manifest.getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of("quay.io/app@" + digest), image.repoDigests());
        assertEquals(digest, image.manifestDigest());
        assertEquals(
                123 + manifest.length() + ContainersStoreFolder.configJson().length(), image.sizeBytes());
        assertEquals(Instant.parse("2024-01-02T01:04:05.678Z"), image.pulledAt());
        assertEquals(ContainersStoreFolder.chain(), image.diffIds());
    }

    @Test
    void aLayerIsFoundInItsChainOnly() throws IOException {
        var layers = read().layers();
        var chainIds = ChainIds.of(ContainersStoreFolder.chain());
        var upper = layers.find(ContainersStoreFolder.UPPER, chainIds.getLast()).orElseThrow();
        assertEquals(List.of(folder.diff(ContainersStoreFolder.UPPER_ID)), upper.lower());
        assertTrue(upper.rootNamed());
        assertTrue(layers.find(ContainersStoreFolder.UPPER, ContainersStoreFolder.UPPER)
                .isEmpty());
    }

    @Test
    void aNameWithADigestIsNoTag() throws IOException {
        replace(folder.images(), "quay.io/app:1", "quay.io/app@" + ContainersStoreFolder.LOWER);
        var image = read().images().getFirst();
        assertEquals(List.of(), image.repoTags());
        assertEquals(List.of("quay.io/app@" + ContainersStoreFolder.LOWER), image.repoDigests());
    }

    @Test
    void aNameThatIsNoneCostsTheNameAlone() throws IOException {
        replace(folder.images(), "quay.io/app:1", "Not A Name");
        assertEquals(List.of(), read().images().getFirst().repoTags());
        assertEquals(1, warnings.size());
    }

    @Test
    void aStoreWithoutImagesIsEmpty() throws IOException {
        Files.delete(folder.images());
        assertEquals(List.of(), read().images());
        assertEquals(List.of(), warnings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{", "[", "[null]", "[{\"id\":{}}]", "{\"id\":\"a\"}", "[1]", "[]x", "\0"})
    void aListThatIsNoneCostsTheStore(String text) throws IOException {
        for (var list : List.of(folder.images(), folder.layers())) {
            var whole = Files.readString(list);
            Files.writeString(list, text);
            var failure = assertThrows(IOException.class, this::read);
            assertTrue(String.valueOf(failure.getMessage()).contains(list.toString()), failure.toString());
            Files.writeString(list, whole);
        }
    }

    @Test
    void aListThatIsCutAnywhereIsRefused() throws IOException {
        for (var list : List.of(folder.images(), folder.layers())) {
            var whole = Files.readString(list);
            for (var length = 0; length < whole.length(); length++) {
                Files.writeString(list, whole.substring(0, length));
                assertThrows(IOException.class, this::read);
            }
            Files.writeString(list, whole);
        }
    }

    @Test
    void aListThatIsTooLargeIsNotRead() throws IOException {
        try (var file = Files.newByteChannel(
                folder.images(), java.nio.file.StandardOpenOption.WRITE, java.nio.file.StandardOpenOption.SPARSE)) {
            file.position(64L << 20).write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        var failure = assertThrows(IOException.class, this::read);
        assertTrue(String.valueOf(failure.getMessage()).contains("more than"), failure.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "'\"flags\":{\"incomplete\":false}', '\"flags\":{\"incomplete\":true}', is incomplete",
        "'\"diff-size\":23', '\"diff-size\":23,\"uidmap\":[{\"container_id\":0}]', user namespace",
        "'\"diff-size\":100', '\"parent\":\"x\"', is below all",
        "'\"parent\":', '\"mother\":', is not in layers.json",
        "'\"diff-digest\":', '\"digest\":', of no digest",
    })
    void aLayerThatIsNotRightCostsItsImage(String from, String to, String why) throws IOException {
        replace(folder.layers(), from, to);
        assertLeftOut(why);
    }

    @Test
    void anIdCanNotLeaveTheStore() throws IOException {
        replace(folder.images(), "\"id\":\"" + ContainersStoreFolder.id().hex(), "\"id\":\"../x");
        assertLeftOut("this is no id");
    }

    @Test
    void anIdOfALayerCanNotLeaveTheStore() throws IOException {
        replace(folder.layers(), ContainersStoreFolder.UPPER_ID, "../../etc");
        replace(folder.images(), ContainersStoreFolder.UPPER_ID, "../../etc");
        assertLeftOut("is no layer's id");
    }

    @Test
    void layersInCirclesEnd() throws IOException {
        replace(
                folder.layers(),
                "\"id\":\"" + ContainersStoreFolder.LOWER_ID + "\"",
                "\"id\":\"" + ContainersStoreFolder.LOWER_ID + "\",\"parent\":\"" + ContainersStoreFolder.UPPER_ID
                        + "\"");
        assertLeftOut("is below all");
    }

    @Test
    void aFolderThatIsALinkIsNotFollowed() throws IOException {
        var diff = folder.diff(ContainersStoreFolder.UPPER_ID);
        Files.delete(diff);
        Files.createSymbolicLink(diff, folder.diff(ContainersStoreFolder.LOWER_ID));
        assertLeftOut("not in a plain folder");
    }

    @Test
    void aMissingFolderCostsItsImage() throws IOException {
        var diff = folder.diff(ContainersStoreFolder.LOWER_ID);
        Files.delete(diff);
        Files.delete(diff.resolveSibling(""));
        assertLeftOut("has no folder");
    }

    @Test
    void anotherConfigurationThanItsDigestSaysIsRefused() throws IOException {
        Files.writeString(folder.config(), " ", java.nio.file.StandardOpenOption.APPEND);
        assertLeftOut("not what its digest says");
    }

    @Test
    void aManifestThatIsNoneOrALinkIsRefused() throws IOException {
        Files.writeString(folder.manifest(), "{}");
        assertLeftOut("image " + '"' + ContainersStoreFolder.id().hex());
        warnings.clear();
        Files.delete(folder.manifest());
        Files.createSymbolicLink(folder.manifest(), folder.config());
        assertLeftOut("is no file");
    }

    @Test
    void layersForAMountProgramAreNotTakenForOurs() throws IOException {
        Files.writeString(folder.root().resolve("overlay/.has-mount-program"), "true");
        assertThrows(IOException.class, this::read);
    }

    @Test
    void documentsBeyondTheBudgetAreLeftOut() throws IOException {
        var store = new ReadContainersStore(folder.root(), new ByteBudget(100), warnings).run();
        assertEquals(List.of(), store.images());
        assertTrue(warnings.getFirst().contains("left for all"), warnings.getFirst());
    }
}
