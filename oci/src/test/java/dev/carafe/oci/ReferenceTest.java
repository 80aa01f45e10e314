package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox:latest",
        "busybox:1.36, docker.io/library/busybox:1.36",
        "some/app, docker.io/some/app:latest",
        "index.docker.io/app, docker.io/library/app:latest",
        "localhost/app, localhost/app:latest",
        "localhost:5000/app:v1, localhost:5000/app:v1",
        "quay.io/a/b/c:x, quay.io/a/b/c:x",
        "[::1]:5000/app, [::1]:5000/app:latest",
        "registry.example.com:443/a__b/c-d.e:V_1.2-3, registry.example.com:443/a__b/c-d.e:V_1.2-3",
        "127.0.0.1:5000/app, 127.0.0.1:5000/app:latest",
    })
    void fillsInWhatIsLeftOut(String text, String whole) {
        assertEquals(whole, Reference.parse(text).toString());
    }

    @Test
    void aDigestStandsAloneOrBesideATag() {
        assertEquals(
                "docker.io/library/app@" + DIGEST,
                Reference.parse("app@" + DIGEST).toString());
        var both = Reference.parse("quay.io/app:1@" + DIGEST);
        assertEquals("1", both.tag());
        assertEquals(DIGEST, both.tagOrDigest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":tag",
                "app:",
                "app@",
                "app@sha256:abc",
                "app@md5:" + "d41d8cd98f00b204e9800998ecf8427e",
                "App",
                "a//b",
                "/app",
                "app/",
                "quay.io/",
                "app:ta g",
                "app:.tag",
                "a/../b",
                "http://quay.io/app",
                "quay.io:port/app",
                "a\nb",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            })
    void refusesWhatIsNoName(String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> Reference.parse(text));
        assertTrue(refusal.getMessage().lines().count() <= 1, refusal.getMessage());
    }

    @Test
    void aNameIsBounded() {
        assertThrows(IllegalArgumentException.class, () -> Reference.parse("a".repeat(256)));
        assertThrows(IllegalArgumentException.class, () -> Reference.parse("app:" + "t".repeat(129)));
    }

    @Test
    void whatItMakesItReadsAgain() {
        var random = new Random(7);
        var alphabet = "ab1.:/-_@[]AZ";
        for (var round = 0; round < 20_000; round++) {
            var text = new StringBuilder();
            for (var i = random.nextInt(24); i >= 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                var parsed = Reference.parse(text.toString());
                assertEquals(parsed, Reference.parse(parsed.toString()), () -> "of " + text);
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage() != null);
            }
        }
    }
}
