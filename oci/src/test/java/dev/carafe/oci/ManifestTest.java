package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final String LAYER = descriptor("application/vnd.oci.image.layer.v1.tar+gzip");
    private static final String CONFIG = descriptor(MediaTypes.OCI_CONFIG);

    private static String descriptor(String mediaType) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + DIGEST + "\",\"size\":7}";
    }

    @Test
    void readsAnImage() throws InvalidImageException {
        var manifest = parse(image(MediaTypes.OCI_MANIFEST, CONFIG, LAYER));
        assertEquals(7, manifest.config().size());
        assertEquals(
                Compression.GZIP, Compression.of(manifest.layers().getFirst().mediaType()));
    }

    @Test
    void readsDockersForm() throws InvalidImageException {
        var layer = descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip");
        assertEquals(
                1,
                parse(image(MediaTypes.DOCKER_MANIFEST, descriptor(MediaTypes.DOCKER_CONFIG), layer))
                        .layers()
                        .size());
    }

    @Test
    void readsAnImageWhoseLayersAreEncrypted() throws InvalidImageException {
        var type = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted";
        var layer = parse(image(MediaTypes.OCI_MANIFEST, CONFIG, descriptor(type)))
                .layers()
                .getFirst();
        assertEquals(Compression.GZIP, Compression.of(layer.mediaType()));
        assertTrue(MediaTypes.isEncrypted(layer.mediaType()));
        assertFalse(MediaTypes.isEncrypted("application/vnd.oci.image.layer.v1.tar+gzip"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"schemaVersion\":1} | schema 1",
                "{\"mediaType\":\"application/vnd.docker.distribution.manifest.v1+prettyjws\"} | schema 1",
                "{\"mediaType\":\"text/html\"} | not an image's manifest",
                "{\"mediaType\":\"application/vnd.oci.artifact.manifest.v1+json\"} | artifact.manifest.v1",
                "{} | the manifest's config lacks",
                "[] | is not the JSON",
                "null | is not the JSON",
                "{\"config\": | is not the JSON",
            })
    void saysWhatItIsInstead(String json, String message) {
        refuses(json, message);
    }

    @Test
    void refusesArtifactsForeignLayersAndTooManyLayers() {
        refuses(
                image(MediaTypes.OCI_MANIFEST, descriptor("application/vnd.cncf.helm.config.v1+json"), LAYER),
                "artifact of type");
        refuses(
                image(
                        MediaTypes.OCI_MANIFEST,
                        CONFIG,
                        descriptor("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")),
                "may not distribute");
        refuses(
                image(
                        MediaTypes.OCI_MANIFEST,
                        CONFIG,
                        descriptor("application/vnd.wasm.content.layer.v1+wasm+encrypted")),
                "not a layer's media type");
        var many = IntStream.range(0, 501).mapToObj(i -> LAYER).collect(Collectors.joining(","));
        refuses(image(MediaTypes.OCI_MANIFEST, CONFIG, many), "501 layers");
    }

    @Test
    void refusesWhatIsTooLarge() {
        var refusal = assertThrows(InvalidImageException.class, () -> Manifest.parse(new byte[Manifest.MAX_BYTES + 1]));
        assertTrue(refusal.getMessage().contains("more than"), refusal.getMessage());
    }

    @Test
    void refusesWhatIsNestedWithoutEnd() {
        refuses("{\"unknown\":" + "[".repeat(1_000_000), "levels deep");
    }

    @Test
    void bearsEveryMutation() {
        var random = new Random(11);
        var good = image(MediaTypes.OCI_MANIFEST, CONFIG, LAYER).getBytes(StandardCharsets.UTF_8);
        for (var round = 0; round < 20_000; round++) {
            var bytes = good.clone();
            for (var i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertTrue(Manifest.parse(bytes).layers().size() <= 1);
            } catch (InvalidImageException refused) {
                assertTrue(refused.getMessage() != null);
            }
        }
    }

    private static String image(String mediaType, String config, String layers) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + mediaType + "\",\"config\":" + config + ",\"layers\":["
                + layers + "]}";
    }

    private static Manifest parse(String json) throws InvalidImageException {
        return Manifest.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refuses(String json, String message) {
        var refusal = assertThrows(InvalidImageException.class, () -> parse(json));
        assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
    }
}
