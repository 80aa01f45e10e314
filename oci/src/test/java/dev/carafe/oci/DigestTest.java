package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    private static final byte[] CONTENT = "abc".getBytes(StandardCharsets.US_ASCII);

    /// Of `abc` (FIPS 180-2).
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            })
    void contentIsKnownByItsDigestAtOnceAndAsAStream(String text) {
        var digest = Digest.parse(text);
        assertTrue(digest.isOf(CONTENT));
        assertFalse(digest.isOf(new byte[0]));
        var hash = digest.newHash();
        hash.update(CONTENT, 0, 1);
        hash.update(CONTENT, 1, 2);
        assertTrue(digest.matches(hash.digest()));
        assertFalse(digest.matches(hash.digest()), "a new content");
        assertEquals(text, digest.toString());
        assertEquals(Optional.of(digest), Digest.find(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256",
                "sha256:",
                "md5:900150983cd24fb0d6963f7d28e17f72",
                "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
                "sha256:../../../../../../../../../../../../../../../../../../../../../etc"
            })
    void whatIsNotADigestIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Digest.parse(text));
        assertEquals(Optional.empty(), Digest.find(text));
    }

    @Test
    void theDigestOfContentIsItsSha256() {
        assertEquals(
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                Digest.sha256(CONTENT).toString());
    }
}
