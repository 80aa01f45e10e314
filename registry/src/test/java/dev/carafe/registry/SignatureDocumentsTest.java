package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import dev.carafe.registry.conf.Mirror;
import dev.carafe.registry.conf.RegistryRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureDocumentsTest {
    private static final String TAG = "sha256-" + "a".repeat(64) + ".sig";
    private static final int MAX_BYTES = 100;
    private static final byte[] CONTENT = {(byte) 0x90, 1, 2, 3};

    @Test
    void aManifestOfAttachmentsComesAsItIs() throws Exception {
        try (var server = ScriptedServer.plain((_, reply) -> reply.send(200, Map.of(), "{\"layers\":[]}"));
                var registry = Clients.patient()) {
            var manifest = registry.readAttachments(Clients.reference(server), TAG, Credentials.none());
            assertArrayEquals(TestImage.bytes("{\"layers\":[]}"), manifest.orElseThrow());
            assertEquals("/v2/team/app/manifests/" + TAG, server.paths().getFirst());
        }
    }

    @Test
    void attachmentsComeFromTheImagesMirrorsAlsoWhereThoseAreForDigestsOnly() throws Exception {
        try (var mirror = ScriptedServer.plain((_, reply) -> reply.send(200, Map.of(), "{}"));
                var primary = ScriptedServer.plain((_, reply) -> reply.status(500))) {
            var rule = new RegistryRule(
                    primary.host(),
                    primary.host(),
                    false,
                    false,
                    true,
                    List.of(new Mirror(mirror.host(), false, Mirror.Use.ALL)));
            var trust = new RegistryConfig.Trust(List.of(), List.of());
            var image = Reference.parse(primary.host() + "/team/app@sha256:" + "a".repeat(64));
            var config = Clients.config(Clients.conf(List.of(rule)), trust, Proxies.none());
            try (var registry = Clients.registry(config)) {
                assertTrue(
                        registry.readAttachments(image, TAG, Credentials.none()).isPresent());
            }
            assertEquals(List.of("/v2/team/app/manifests/" + TAG), mirror.paths());
            assertEquals(List.of(), primary.requests());
        }
    }

    @Test
    void anImageWithoutAttachmentsHasNone() throws Exception {
        try (var server = ScriptedServer.plain((_, reply) -> reply.status(404));
                var registry = Clients.patient()) {
            assertTrue(registry.readAttachments(Clients.reference(server), TAG, Credentials.none())
                    .isEmpty());
        }
    }

    @Test
    void aRegistryThatFailsIsNoRegistryWithoutAttachments() throws Exception {
        try (var server = ScriptedServer.plain((_, reply) -> reply.status(500));
                var registry = Clients.patient()) {
            assertThrows(
                    RegistryUnavailableException.class,
                    () -> registry.readAttachments(Clients.reference(server), TAG, Credentials.none()));
        }
    }

    @Test
    void aSignatureOfAServerComesWhole() throws Exception {
        assertArrayEquals(
                CONTENT, read((_, reply) -> reply.send(200, Map.of(), CONTENT)).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void aSignatureThatIsNotThereIsNone(int status) throws Exception {
        assertTrue(read((_, reply) -> reply.status(status)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 500, 204})
    void aServerThatRefusesIsAnError(int status) {
        var failure = assertThrows(RegistryException.class, () -> read((_, reply) -> reply.status(status)));
        assertTrue(failure.getMessage().startsWith("signature http://127.0.0.1:"), failure.getMessage());
    }

    @Test
    void aSignatureThatIsTooLargeIsAnError() {
        var failure = assertThrows(
                RegistryProtocolException.class,
                () -> read((_, reply) -> reply.send(200, Map.of(), new byte[MAX_BYTES + 1])));
        assertTrue(failure.getMessage().endsWith("it is larger than 100 bytes"), failure.getMessage());
    }

    @Test
    void whatMayPassIsTriedAgain() throws Exception {
        var asked = new AtomicInteger();
        var found = read((_, reply) -> {
            if (asked.incrementAndGet() < 3) {
                reply.status(503);
            } else {
                reply.send(200, Map.of(), CONTENT);
            }
        });
        assertArrayEquals(CONTENT, found.orElseThrow());
        assertEquals(3, asked.get());
    }

    private static Optional<byte[]> read(ScriptedServer.Script script) throws IOException, InterruptedException {
        try (var server = ScriptedServer.plain(script);
                var registry = Clients.patient()) {
            return registry.readSignature("http://" + server.host() + "/team/app@sha256=00/signature-1", MAX_BYTES);
        }
    }
}
