package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever a document or a name holds, it is read or refused in words, and nothing else comes of it.
class DocumentsFuzzTest {
    private static final int ROUNDS = Integer.getInteger("carafe.test.mutations", 15_000);
    private static final int MOST_CHANGES = 4;

    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final String DESCRIPTOR = """
            {"mediaType":"%s","digest":"%s","size":7,"annotations":{"a":"b"},
             "platform":{"architecture":"amd64","os":"linux","variant":"v2","os.features":["x"]}}""";
    private static final String MANIFEST = """
            {"schemaVersion":2,"mediaType":"%s","artifactType":"","config":%s,"layers":[%s,%s],"subject":null}""".formatted(
                    MediaTypes.OCI_MANIFEST,
                    DESCRIPTOR.formatted(MediaTypes.OCI_CONFIG, DIGEST),
                    DESCRIPTOR.formatted("application/vnd.oci.image.layer.v1.tar+gzip", DIGEST),
                    DESCRIPTOR.formatted("application/vnd.oci.image.layer.v1.tar+zstd", DIGEST));
    private static final String INDEX = """
            {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s]}""".formatted(
                    MediaTypes.OCI_INDEX,
                    DESCRIPTOR.formatted(MediaTypes.OCI_MANIFEST, DIGEST),
                    DESCRIPTOR.formatted(MediaTypes.OCI_INDEX, DIGEST));
    private static final String CONFIG = """
            {"architecture":"amd64","os":"linux","config":{"User":"1:2","Env":["A=b"],"Entrypoint":["/e"],"Cmd":["c"],
             "WorkingDir":"/w","Volumes":{"/data":{}},"StopSignal":"SIGQUIT","Labels":{"l":"v"}},
             "rootfs":{"type":"layers","diff_ids":["%s","%s"]},"history":[{"empty_layer":true}]}""".formatted(DIGEST, DIGEST);

    /// What a value may be replaced by.
    private static final List<String> VALUES = List.of(
            "null",
            "[null]",
            "[[]]",
            "{}",
            "{\"a\":null}",
            "{\"a\":[1]}",
            "\"\"",
            "\"\\u0000\\n\"",
            "\"\\ud800\"",
            "-1",
            "1e400",
            "9223372036854775808",
            "0.5",
            "true",
            "[",
            "\"",
            "\\");

    /// One document's reader.
    private interface Reader {
        void read(byte[] bytes) throws InvalidImageException;
    }

    @Test
    void manifestsAreReadOrRefused() {
        check(MANIFEST, Manifest::parse);
    }

    @Test
    void indexesAreReadOrRefused() {
        check(INDEX, bytes -> ImageIndex.parse(bytes).choose(new Platform("linux", "amd64", "v3")));
    }

    @Test
    void configurationsAreReadOrRefused() {
        check(CONFIG, ImageConfig::parse);
    }

    @Test
    void namesAreReadOrRefused() {
        var names = List.of("registry.example:5000/team/app:1.2_3-x@" + DIGEST, "[fd00::1]:443/a/b__c:x", "busybox");
        for (var name : names) {
            check(name, bytes -> {
                var text = new String(bytes, StandardCharsets.UTF_8);
                try {
                    var reference = Reference.parse(text);
                    if (!Reference.parse(reference.toString()).equals(reference)) {
                        fail("reads " + reference + " as something else");
                    }
                } catch (IllegalArgumentException refused) {
                    throw new InvalidImageException(String.valueOf(refused.getMessage()), refused);
                }
            });
        }
    }

    private static void check(String good, Reader reader) {
        var seed = Long.getLong("carafe.test.seed", new Random().nextLong());
        var random = new Random(seed);
        for (var round = 0; round < ROUNDS; round++) {
            var bytes = mutated(good, random);
            try {
                reader.read(bytes);
            } catch (InvalidImageException refused) {
                assertFalse(String.valueOf(refused.getMessage()).isBlank(), () -> described(seed, bytes));
            } catch (RuntimeException | Error e) {
                throw new AssertionError(described(seed, bytes), e);
            }
        }
    }

    private static String described(long seed, byte[] bytes) {
        return "seed " + seed + ", of " + new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] mutated(String good, Random random) {
        var text = new StringBuilder(good);
        for (var changes = random.nextInt(MOST_CHANGES) + 1; changes > 0 && !text.isEmpty(); changes--) {
            var at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> replaceValue(text, at, VALUES.get(random.nextInt(VALUES.size())));
                case 1 -> text.setCharAt(at, (char) random.nextInt(256));
                case 2 -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
                default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(200))));
            }
        }
        return text.toString().getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    /// The one that begins after the next colon, up to its next comma or closing bracket.
    private static void replaceValue(StringBuilder text, int from, String value) {
        var begin = text.indexOf(":", from) + 1;
        if (begin == 0) {
            return;
        }
        var end = begin + 1;
        while (end < text.length() && ",]}".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        text.replace(begin, Math.min(end, text.length()), value);
    }
}
