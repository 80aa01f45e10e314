package dev.carafe.engine.decrypt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Descriptor;
import dev.carafe.oci.Manifest;
import dev.carafe.storage.BadLayerException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// With manifests and layers that `skopeo copy --encryption-key` has made of one layer.
class LayerKeysTest {
    private static final String JWE = "org.opencontainers.image.enc.keys.jwe";
    private static final String OPEN_OPTIONS = "org.opencontainers.image.enc.pubopts";

    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void prepare() throws IOException {
        folder = Files.createDirectory(temporary.resolve("keys"));
    }

    private static byte[] resource(String name) throws IOException {
        try (var resource = LayerKeysTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(resource).readAllBytes();
        }
    }

    private static Descriptor layer(String fixture) throws IOException {
        return Manifest.parse(resource(fixture + ".json")).layers().getFirst();
    }

    private static Descriptor with(Descriptor layer, String annotation, String value) {
        var annotations = new HashMap<>(layer.annotations());
        annotations.put(annotation, value);
        return with(layer, annotations);
    }

    private static Descriptor with(Descriptor layer, Map<String, String> annotations) {
        return new Descriptor(
                layer.mediaType(), layer.digest(), layer.size(), annotations, layer.platform(), layer.osFeatures());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Descriptor layer, String annotation) {
        return new String(Base64.getDecoder().decode(layer.annotations().get(annotation)), StandardCharsets.UTF_8);
    }

    private void put(String key) throws IOException {
        Files.write(folder.resolve(key), resource(key));
    }

    private LayerKeys keys() {
        return new LayerKeys(folder);
    }

    private InputStream open(Descriptor layer, byte[] blob) throws IOException {
        return keys().open(List.of(layer)).decrypt(layer, new ByteArrayInputStream(blob));
    }

    private void refused(Descriptor layer, String words) {
        var failure = assertThrows(IOException.class, () -> keys().open(List.of(layer)));
        assertTrue(failure.getMessage().startsWith("layer " + layer.digest()), failure::getMessage);
        assertTrue(failure.getMessage().contains(words), failure::getMessage);
    }

    @ParameterizedTest
    @CsvSource({"rsa, rsa.pem", "ec, ec.pem", "both, rsa.pem", "both, ec.pem"})
    void aLayerIsWhatItWasForWhoHasOneOfItsKeys(String fixture, String key) throws IOException {
        put(key);
        var blob = resource(fixture + ".layer");
        try (var whole = open(layer(fixture), blob);
                var single = open(layer(fixture), blob)) {
            assertArrayEquals(resource("layer.tar.gz"), whole.readAllBytes());
            for (var expected : resource("layer.tar.gz")) {
                assertEquals(expected & 0xff, single.read());
            }
            assertEquals(-1, single.read());
            assertEquals(-1, single.read());
        }
    }

    @Test
    void theRightOneIsFoundAmongOthersAndInFoldersBelow() throws IOException {
        put("ec.pem");
        Files.writeString(folder.resolve("readme"), "no key");
        var below = Files.createDirectories(folder.resolve("a/b"));
        Files.write(below.resolve("rsa.pem"), resource("rsa.pem"));
        var layer = with(
                layer("rsa"),
                JWE,
                layer("ec").annotations().get(JWE) + ","
                        + layer("rsa").annotations().get(JWE));
        try (var stream = open(layer("rsa"), resource("rsa.layer"))) {
            assertArrayEquals(resource("layer.tar.gz"), stream.readAllBytes());
        }
        // Of several messages the first that a key opens counts.
        assertThrows(
                BadLayerException.class,
                () -> open(layer, resource("rsa.layer")).readAllBytes());
    }

    @Test
    void withoutTheKeyItIsSaidWhichLayerAndWhatToDo() throws IOException {
        put("ec.pem");
        Files.writeString(folder.resolve("readme"), "no key");
        refused(layer("rsa"), "none of the 1 private keys in " + folder + " (decryption_keys_path) opens it; put");
        refused(layer("rsa"), "not used: " + folder.resolve("readme") + ": no private key in PEM");
        folder = temporary.resolve("nowhere");
        refused(layer("rsa"), "none of the 0 private keys");
        refused(layer("p7"), "not for keys in PEM (jwe), which alone are known here, but for: pkcs7");
        refused(with(layer("rsa"), Map.of()), "but for: nobody");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 80, 159})
    void aLayerThatSomebodyHasChangedDoesNotEnd(int at) throws IOException {
        put("rsa.pem");
        var blob = resource("rsa.layer");
        blob[at] ^= 1;
        try (var stream = open(layer("rsa"), blob)) {
            assertThrows(BadLayerException.class, stream::readAllBytes);
        }
        try (var stream = open(layer("rsa"), Arrays.copyOf(resource("rsa.layer"), at))) {
            assertThrows(BadLayerException.class, stream::readAllBytes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"protected", "encrypted_key", "iv", "ciphertext", "tag"})
    void aMessageThatSomebodyHasChangedOpensNothing(String part) throws IOException {
        put("rsa.pem");
        var layer = layer("rsa");
        var json = text(layer, JWE);
        var at = json.indexOf("\"" + part + "\":\"") + part.length() + "\"\":\"".length() + 2;
        var changed = json.substring(0, at) + (json.charAt(at) == 'A' ? 'B' : 'A') + json.substring(at + 1);
        refused(with(layer, JWE, base64(changed)), "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | its cipher is not",
                "{\"cipher\":\"AES_256_CTR_HMAC_SHA256\"} | its HMAC has 0 bytes",
                "{\"cipher\":\"AES_256_CTR_HMAC_SHA256\",\"hmac\":\"?\"} | its HMAC is no base64",
                "{\"cipher\":\"AES_256_CTR_HMAC_SHA256\",\"cipheroptions\":{\"nonce\":\"AAAA\"}} | its nonce has 3 bytes",
                "[] | its annotations are wrong",
            })
    void optionsThatMakeNoKeyAreRefused(String options, String words) throws IOException {
        put("rsa.pem");
        refused(with(layer("rsa"), OPEN_OPTIONS, base64(options)), words);
    }

    /// Messages of anybody, also inside the parts in base64: they are refused or open the layer, and nothing else.
    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec", "both"})
    void noMessageDoesAnythingElse(String fixture) throws IOException {
        put("rsa.pem");
        put("ec.pem");
        var layer = layer(fixture);
        var json = text(layer, JWE);
        var seed = Long.getLong("carafe.test.seed", System.nanoTime());
        var random = new Random(seed);
        for (var i = 0; i < Integer.getInteger("carafe.test.mutations", 300); i++) {
            var bytes = json.getBytes(StandardCharsets.UTF_8);
            for (var changes = random.nextInt(3); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt(128) : 'A');
            }
            var changed = with(layer, JWE, Base64.getEncoder().encodeToString(bytes));
            try {
                var _ = keys().open(List.of(changed));
            } catch (IOException expected) {
                assertTrue(expected.getMessage().startsWith("layer "), () -> "seed " + seed + ": " + expected);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + new String(bytes, StandardCharsets.UTF_8), e);
            }
        }
    }

    @Test
    void aSendersKeyThatIsNoPointOfTheCurveOpensNothing() throws IOException {
        put("ec.pem");
        var layer = layer("both");
        for (var x : List.of("", "AA", "A".repeat(43), "_".repeat(86))) {
            var json = text(layer, JWE).replaceFirst("\"x\":\"[^\"]*\"", "\"x\":\"" + x + "\"");
            refused(with(layer, JWE, base64(json)), "");
        }
    }

    @Test
    void annotationsHaveBounds() throws IOException {
        put("rsa.pem");
        refused(with(layer("rsa"), JWE, "A".repeat(256 * 1024 + 1)), "more than 262144 characters");
        refused(with(layer("rsa"), JWE, "AAAA,".repeat(17)), "more than 16 messages");
        refused(with(layer("rsa"), JWE, "?"), "its annotations are wrong");
        var recipients = "{\"encrypted_key\":\"AAAA\"},".repeat(65);
        refused(
                with(
                        layer("rsa"),
                        JWE,
                        base64("{\"protected\":\"e30\",\"recipients\":["
                                + recipients.substring(0, recipients.length() - 1) + "]}")),
                "encrypted for more than 64 keys");
    }

    @Test
    void aFolderWithLinksOrTooManyFilesIsRefused() throws IOException {
        put("rsa.pem");
        var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("rsa.pem"));
        var failure = assertThrows(IOException.class, () -> keys().open(List.of(layer("rsa"))));
        assertTrue(failure.getMessage().contains(link + " is a link"), failure::getMessage);
        Files.delete(link);
        for (var number = 0; number < 64; number++) {
            Files.writeString(folder.resolve("f" + number), "");
        }
        assertThrows(IOException.class, () -> keys().open(List.of(layer("rsa"))));
    }

    @Test
    void whatIsNotEncryptedComesAsItIsAndNeedsNoKeys() throws IOException {
        folder = Files.createSymbolicLink(temporary.resolve("unread"), Path.of("nowhere"));
        var encrypted = layer("rsa");
        var plain = new Descriptor(
                "application/vnd.oci.image.layer.v1.tar+gzip",
                encrypted.digest(),
                encrypted.size(),
                Map.of(),
                encrypted.platform(),
                encrypted.osFeatures());
        var stream = new ByteArrayInputStream(new byte[0]);
        assertSame(stream, keys().open(List.of(plain)).decrypt(plain, stream));
    }
}
