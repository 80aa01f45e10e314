package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import dev.carafe.oci.InvalidImageException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What may show in messages, and what may be parsed.
class ForeignTextTest {
    @Test
    void foreignTextIsOnOneLineAndShort() {
        assertEquals("a b c", Shown.of("a\r\n\u2028b\u202e\u0000c\u001b"));
        assertEquals(201, Shown.of("x".repeat(10_000)).length());
    }

    @Test
    void queriesOfUrlsAreCutOff() {
        assertEquals("see https://x/y or HTTP://z", Shown.of("see https://x/y?sig=abc&t=\u00e4 or HTTP://z?token=def"));
    }

    @Test
    void credentialsNeverShow() {
        var credentials = new Credentials("joe", "secret1", "secret2", "secret3");
        assertEquals("credentials", credentials.toString());
        assertEquals("no credentials", Credentials.none().toString());
        assertEquals("*** and *** and ***", credentials.hiddenIn("secret1 and secret2 and secret3"));
        assertEquals("nothing", Credentials.none().hiddenIn("nothing"));
        var request = Request.get(new Site("x", false), HttpUrl.parse("http://x/?secret4"), Map.of(), Content.BELIEVED)
                .authorized(credentials.basic());
        assertEquals("GET http://x/", request.toString());
    }

    @Test
    void whatIsNoSuchJsonIsNothing() {
        for (var text :
                new String[] {"", "null", "[]", "{", "{\"token\":[]}", "\u0000", "{\"a\":" + "[".repeat(1_000_000)}) {
            assertEquals(Optional.empty(), JsonText.parse(Token.Document.class, TestImage.bytes(text)), text);
        }
    }

    @Test
    void damagedAnswersAreReadOrNothing() throws Exception {
        Damage.of(
                "{\"token\":\"a\",\"expires_in\":5,\"error\":\"b\",\"errors\":[{\"code\":\"c\",\"message\":\"d\"}]}",
                text -> {
                    var bytes = TestImage.bytes(text);
                    assertTrue(JsonText.parse(Token.Document.class, bytes)
                            .flatMap(Token.Document::usable)
                            .map(token -> token.header().startsWith("Bearer "))
                            .orElse(true));
                    assertTrue(JsonText.parse(ErrorDocument.class, bytes).isEmpty() || text.startsWith("{"));
                });
    }

    @Test
    void aDamagedManifestIsAskedForItsKindOrRefused() throws Exception {
        var manifest = "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"config\":{\"size\":1},\"layers\":[{\"size\":2}]}";
        Damage.of(manifest, text -> {
            var bytes = TestImage.bytes(text);
            try {
                assertFalse(ManifestDocument.of(bytes, Digest.sha256(bytes), "").isIndex(), text);
            } catch (InvalidImageException refused) {
                assertFalse(refused.getMessage().isBlank(), text);
            }
        });
    }

    @Test
    void aManifestWithCountlessFieldsIsRefused() {
        var fields = new StringBuilder("{\"a\":1");
        for (var i = 0; i < 64; i++) {
            fields.append(",\"f").append(i).append("\":1");
        }
        var bytes = TestImage.bytes(fields + ",\"manifests\":[]}");
        assertThrows(InvalidImageException.class, () -> ManifestDocument.of(bytes, Digest.sha256(bytes), ""));
    }
}
