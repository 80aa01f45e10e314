package dev.carafe.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ArtifactTest {
    private static String descriptor(String mediaType) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"sha256:" + "a".repeat(64) + "\",\"size\":7}";
    }

    private static Artifact parse(String config, String more) throws InvalidImageException {
        return Artifact.parse(("{\"schemaVersion\":2,\"config\":" + descriptor(config) + more + "}")
                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void blobsMayBeOfAnyType() throws InvalidImageException {
        var artifact = parse("text/config", ",\"layers\":[" + descriptor("text/a") + "," + descriptor("text/b") + "]");
        assertEquals("text/config", artifact.type());
        assertEquals("text/a", artifact.blobs().getFirst().mediaType());
        assertEquals(2, artifact.blobs().size());
        assertFalse(artifact.isImage());
        assertEquals(
                "text/own",
                parse("text/config", ",\"artifactType\":\"text/own\"").type());
        assertTrue(parse(MediaTypes.OCI_CONFIG, "").isImage());
    }

    @Test
    void whatHasNoConfigurationOrTooManyBlobsIsRefused() {
        assertThrows(InvalidImageException.class, () -> Artifact.parse("{}".getBytes(StandardCharsets.UTF_8)));
        var many = String.join(",", Collections.nCopies(501, descriptor("text/a")));
        assertThrows(InvalidImageException.class, () -> parse("text/config", ",\"layers\":[" + many + "]"));
    }
}
