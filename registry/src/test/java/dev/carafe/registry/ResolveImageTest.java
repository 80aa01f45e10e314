package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import dev.carafe.oci.InvalidImageException;
import dev.carafe.oci.Manifest;
import dev.carafe.oci.MediaTypes;
import dev.carafe.oci.Reference;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResolveImageTest {
    private final TestImage image = TestImage.ofLayer(1000);
    private final TestImage other = TestImage.ofLayer(2000);

    private static Registry.Resolved resolve(ScriptedServer.Script script) throws IOException, InterruptedException {
        try (var server = ScriptedServer.plain(script);
                var registry = Clients.patient()) {
            return registry.resolve(Clients.reference(server), Clients.AMD64, Credentials.none());
        }
    }

    private static String refusal(ScriptedServer.Script script) {
        return assertThrows(InvalidImageException.class, () -> resolve(script)).getMessage();
    }

    @Test
    void aTagLeadsToItsManifest() throws Exception {
        var resolved = resolve(Contents.of(image));
        assertEquals(image.digest(), resolved.digest());
        assertEquals(image.digest(), resolved.manifestDigest());
        assertArrayEquals(image.manifest, resolved.manifestBytes());
        assertEquals(List.of(image.layerDescriptor()), resolved.manifest().layers());
    }

    @Test
    void anIndexLeadsToThePlatformsManifest() throws Exception {
        var index = TestImage.index(other.entry("arm64"), image.entry("amd64"));
        var resolved = resolve(Contents.of(image).add("other", other).manifest("1", index, MediaTypes.OCI_INDEX));
        assertEquals(Digest.sha256(index), resolved.digest());
        assertEquals(image.digest(), resolved.manifestDigest());
    }

    @Test
    void anIndexMayNameAnIndexButNotDeeper() throws Exception {
        var inner = TestImage.index(image.entry("amd64"));
        var outer = TestImage.index(TestImage.entry(MediaTypes.OCI_INDEX, inner, "amd64"));
        var outermost = TestImage.index(TestImage.entry(MediaTypes.OCI_INDEX, outer, "amd64"));
        var contents = Contents.of(image)
                .manifest("inner", inner, MediaTypes.OCI_INDEX)
                .manifest("1", outer, MediaTypes.OCI_INDEX);
        assertEquals(image.digest(), resolve(contents).manifestDigest());
        var message = refusal(contents.manifest("1", outermost, MediaTypes.OCI_INDEX));
        assertTrue(message.contains("nested deeper than 2"), message);
    }

    @Test
    void aMissingPlatformIsNamed() {
        var index = TestImage.index(other.entry("arm64"));
        var message = refusal(new Contents().manifest("1", index, MediaTypes.OCI_INDEX));
        assertTrue(message.contains("linux/amd64") && message.contains("linux/arm64"), message);
    }

    @Test
    void whatADigestNamesMustHaveIt() throws Exception {
        ScriptedServer.Script lying = (_, reply) -> reply.send(
                200,
                Map.of(
                        "content-type",
                        MediaTypes.OCI_MANIFEST,
                        "docker-content-digest",
                        image.digest().toString()),
                other.manifest);
        try (var server = ScriptedServer.plain(lying);
                var registry = Clients.patient()) {
            var pinned = Reference.parse(server.host() + "/team/app@" + image.digest());
            var failure = assertThrows(
                    ContentMismatchException.class, () -> registry.resolve(pinned, Clients.AMD64, Credentials.none()));
            assertTrue(failure.getMessage().contains(image.digest().toString()), failure.getMessage());
        }
    }

    @Test
    void aReferenceWithTagAndDigestIsAskedByDigest() throws Exception {
        try (var server = ScriptedServer.plain(Contents.of(image).manifest("1", other.manifest, ""));
                var registry = Clients.patient()) {
            var pinned = Reference.parse(server.host() + "/team/app:1@" + image.digest());
            var resolved = registry.resolve(pinned, Clients.AMD64, Credentials.none());
            assertEquals(image.digest(), resolved.digest());
            assertEquals(List.of("/v2/team/app/manifests/" + image.digest()), server.paths());
        }
    }

    @Test
    void theRegistrysOwnWordForTheDigestIsNotBelieved() throws Exception {
        var resolved = resolve((_, reply) ->
                reply.send(200, Map.of("docker-content-digest", other.digest().toString()), image.manifest));
        assertEquals(image.digest(), resolved.digest());
    }

    @Test
    void whatAnIndexNamesMustHaveItsDigest() {
        var index = TestImage.index(image.entry("amd64"));
        var exchanged = image.manifest.clone();
        exchanged[exchanged.length - 3] ^= 1;
        assertThrows(ContentMismatchException.class, () -> resolve(answering(index, exchanged)));
    }

    @Test
    void whatAnIndexNamesMustHaveItsSize() {
        var index = TestImage.edited(
                TestImage.index(image.entry("amd64")),
                "\"size\":" + image.manifest.length,
                "\"size\":" + (image.manifest.length + 1));
        var failure = assertThrows(ContentMismatchException.class, () -> resolve(answering(index, image.manifest)));
        assertTrue(failure.getMessage().contains("its index says"), failure.getMessage());
    }

    /// The first document for the tag, the second for every digest.
    private static ScriptedServer.Script answering(byte[] named, byte[] other) {
        return (request, reply) -> reply.send(200, Map.of(), request.path().endsWith("/1") ? named : other);
    }

    @Test
    void whatAnIndexNamesMustBeOfItsKind() {
        var inner = TestImage.index(image.entry("amd64"));
        var index = TestImage.index(TestImage.entry(MediaTypes.OCI_MANIFEST, inner, "amd64"));
        var message = refusal(answering(index, inner));
        assertTrue(message.contains("its index says"), message);
    }

    @Test
    void withoutAMediaTypeInsideTheContentTypeDecides() throws Exception {
        var index = TestImage.edited(
                TestImage.index(image.entry("amd64")), "\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",", "");
        var served = MediaTypes.DOCKER_INDEX.toUpperCase(Locale.ROOT) + "; charset=utf-8";
        assertEquals(
                image.digest(),
                resolve(Contents.of(image).manifest("1", index, served)).manifestDigest());
    }

    @Test
    void withoutAnyMediaTypeTheFieldsDecide() throws Exception {
        var index = TestImage.bytes("{\"manifests\":[" + image.entry("amd64") + "]}");
        assertEquals(
                image.digest(),
                resolve(Contents.of(image).manifest("1", index, "text/plain")).manifestDigest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}",
                "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"config\":{}}",
                "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"manifests\":[]}"
            })
    void aDocumentThatCouldBeReadAsEitherIsRefused(String document) {
        refusal(new Contents().manifest("1", TestImage.bytes(document), ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "{\"mediaType\":5}", "{\"config\":{}}", "<html>"})
    void whatIsNoManifestIsRefused(String document) {
        refusal(new Contents().manifest("1", TestImage.bytes(document), MediaTypes.OCI_MANIFEST));
    }

    @Test
    void schema1IsCalledByItsName() {
        var document = TestImage.bytes("{\"schemaVersion\":1,\"name\":\"team/app\",\"fsLayers\":[]}");
        var message = refusal(
                new Contents().manifest("1", document, "application/vnd.docker.distribution.manifest.v1+prettyjws"));
        assertTrue(message.contains("schema 1"), message);
    }

    @Test
    void deepNestingIsRefusedBeforeItIsParsed() {
        var document = TestImage.bytes("{\"a\":" + "[".repeat(1_000_000) + "]".repeat(1_000_000) + "}");
        var message = refusal(new Contents().manifest("1", document, MediaTypes.OCI_MANIFEST));
        assertTrue(message.contains("nested more than"), message);
    }

    @Test
    void anOversizedManifestIsRefused() {
        var document = TestImage.bytes(" ".repeat(Manifest.MAX_BYTES + 1));
        var message = refusal(new Contents().manifest("1", document, MediaTypes.OCI_MANIFEST));
        assertTrue(message.contains("larger than"), message);
    }

    @Test
    void anEndlessManifestIsRefusedToo() {
        var megabyte = "x".repeat(1 << 20);
        var message = refusal((_, reply) -> {
            reply.raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            while (true) {
                reply.raw("100000\r\n" + megabyte + "\r\n");
            }
        });
        assertTrue(message.contains("larger than"), message);
    }

    @Test
    void anIndexCanNotNameAnOversizedManifest() {
        var index = TestImage.edited(
                TestImage.index(image.entry("amd64")), "\"size\":" + image.manifest.length, "\"size\":99999999999");
        var message = refusal(answering(index, image.manifest));
        assertTrue(message.contains("larger than"), message);
    }

    @Test
    void whatIsMissingIsNotFound() throws Exception {
        try (var server = ScriptedServer.plain(new Contents());
                var registry = Clients.patient()) {
            var failure = assertThrows(
                    ImageNotFoundException.class,
                    () -> registry.resolve(Clients.reference(server), Clients.AMD64, Credentials.none()));
            assertEquals(
                    "manifest of " + server.host() + "/team/app:1: HTTP 404 Not Found: NAME_UNKNOWN: no such thing",
                    failure.getMessage());
            assertEquals(1, server.requests().size());
        }
    }

    @Test
    void theRequestSaysWhatIsUnderstood() throws Exception {
        try (var server = ScriptedServer.plain(Contents.of(image));
                var registry = Clients.patient()) {
            registry.resolve(Clients.reference(server), Clients.AMD64, Credentials.none());
            var request = server.requests().getFirst();
            assertEquals("GET", request.method());
            assertEquals("/v2/team/app/manifests/1", request.target());
            assertEquals(server.host(), request.headers().get("host"));
            assertEquals(
                    String.join(", ", MediaTypes.manifests()), request.headers().get("accept"));
            assertEquals("identity", request.headers().get("accept-encoding"));
        }
    }
}
