package dev.carafe.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.engine.image.ImageTrust.Evidence;
import dev.carafe.oci.Digest;
import dev.carafe.trust.SigstoreSignature;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptSignaturesTest {
    private static final Digest IMAGE = Digest.parse("sha256:" + "e1".repeat(32));
    private static final Digest OTHER = Digest.parse("sha256:" + "e2".repeat(32));
    private static final Evidence EVIDENCE = new Evidence(
            Set.of(Digest.parse("sha256:" + "c".repeat(64)), Digest.parse("sha256:" + "d".repeat(64))),
            List.of("an OpenPGP message".getBytes(StandardCharsets.UTF_8)),
            List.of(new SigstoreSignature(
                    "{\"critical\":{}}".getBytes(StandardCharsets.UTF_8),
                    Map.of("dev.cosignproject.cosign/signature", "MEUC"))));

    @TempDir
    private Path folder;

    private Path file(Digest image) {
        return folder.resolve("signatures").resolve(image.hex() + ".json");
    }

    private static Path ofSchema1() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(
                        KeptSignaturesTest.class.getResource("schema-1/signatures/" + IMAGE.hex() + ".json"))
                .toURI());
    }

    private static void assertAlike(Evidence expected, Evidence actual) {
        assertEquals(expected.manifests(), actual.manifests());
        assertEquals(expected.simple().size(), actual.simple().size());
        assertArrayEquals(expected.simple().getFirst(), actual.simple().getFirst());
        assertEquals(expected.sigstore().size(), actual.sigstore().size());
        assertArrayEquals(
                expected.sigstore().getFirst().payload(),
                actual.sigstore().getFirst().payload());
        assertEquals(
                expected.sigstore().getFirst().annotations(),
                actual.sigstore().getFirst().annotations());
    }

    /// Kept as a file, which is never changed; a new schema adds one beside it.
    @Test
    void thoseOfSchema1AreWhatTheyWere() throws Exception {
        Files.createDirectory(folder.resolve("signatures"));
        Files.copy(ofSchema1(), file(IMAGE));
        var kept = KeptSignatures.open(folder, Set.of(IMAGE));
        assertAlike(EVIDENCE, kept.get(IMAGE).orElseThrow());
    }

    @Test
    void whatWasKeptIsFoundAgainUntilItsImageGoes() throws IOException {
        var first = KeptSignatures.open(folder, Set.of());
        first.put(IMAGE, EVIDENCE);
        first.put(OTHER, EVIDENCE);
        first.remove(OTHER);
        assertAlike(
                EVIDENCE,
                KeptSignatures.open(folder, Set.of(IMAGE, OTHER)).get(IMAGE).orElseThrow());
        assertFalse(Files.exists(file(OTHER)));
        assertEquals(
                Optional.empty(), KeptSignatures.open(folder, Set.of(OTHER)).get(IMAGE));
        assertFalse(Files.exists(file(IMAGE)));
    }

    @Test
    void aDamagedRecordCostsOnlyItself() throws IOException {
        var seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (var i = 0; i < 50; i++) {
            var kept = KeptSignatures.open(folder, Set.of());
            kept.put(IMAGE, EVIDENCE);
            kept.put(OTHER, EVIDENCE);
            var bytes = Files.readAllBytes(file(IMAGE));
            var at = random.nextInt(bytes.length);
            if (random.nextBoolean()) {
                bytes[at] ^= (byte) random.nextInt(1, 256);
            } else {
                bytes = Arrays.copyOf(bytes, at);
            }
            Files.write(file(IMAGE), bytes);
            var again = KeptSignatures.open(folder, Set.of(IMAGE, OTHER));
            assertEquals(Optional.empty(), again.get(IMAGE), () -> "seed " + seed);
            assertTrue(again.get(OTHER).isPresent(), () -> "seed " + seed);
        }
    }
}
