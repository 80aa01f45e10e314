package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import java.io.IOException;
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
            var manifest = registry.readAttachments(attachments(server), Credentials.none());
            assertArrayEquals(TestImage.bytes("{\"layers\":[]}"), manifest.orElseThrow());
            assertEquals("/v2/team/app/manifests/" + TAG, server.paths().getFirst());
        }
    }

    @Test
    void anImageWithoutAttachmentsHasNone() throws Exception {
        try (var server = ScriptedServer.plain((_, reply) -> reply.status(404));
                var registry = Clients.patient()) {
            assertTrue(registry.readAttachments(attachments(server), Credentials.none())
                    .isEmpty());
        }
    }

    @Test
    void aRegistryThatFailsIsNoRegistryWithoutAttachments() throws Exception {
        try (var server = ScriptedServer.plain((_, reply) -> reply.status(500));
                var registry = Clients.patient()) {
            assertThrows(
                    RegistryUnavailableException.class,
                    () -> registry.readAttachments(attachments(server), Credentials.none()));
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

    private static Reference attachments(ScriptedServer server) {
        return Reference.parse(server.host() + "/team/app:" + TAG);
    }
}
