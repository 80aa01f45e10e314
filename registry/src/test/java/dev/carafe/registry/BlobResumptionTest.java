package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlobResumptionTest {
    private final TestImage image = TestImage.ofLayer(1_000_000);
    private final Contents contents = Contents.of(image);

    private byte[] read(ScriptedServer server, Registry registry) throws IOException, InterruptedException {
        try (var body = registry.openBlob(Clients.reference(server), image.layerDescriptor(), Credentials.none())) {
            return body.readAllBytes();
        }
    }

    /// Sends that many bytes from where the request begins, then cuts the connection.
    private void sendThenCut(ScriptedServer.Received request, ScriptedServer.Reply reply, int count)
            throws IOException {
        var from = offset(request);
        var length = image.layer.length - from;
        reply.raw(
                from == 0
                        ? "HTTP/1.1 200 OK\r\ncontent-length: " + length + "\r\n\r\n"
                        : "HTTP/1.1 206 Partial Content\r\ncontent-range: bytes " + from
                                + "-999999/*\r\ncontent-length: " + length + "\r\n\r\n");
        reply.raw(Arrays.copyOfRange(image.layer, from, from + count));
        reply.cut();
    }

    private static int offset(ScriptedServer.Received request) {
        return Integer.parseInt(
                request.headers().getOrDefault("range", "bytes=0-").replaceAll("bytes=(\\d+)-", "$1"));
    }

    @Test
    void aBrokenConnectionIsReplacedByOneThatGoesOn() throws Exception {
        ScriptedServer.Script breaking = (request, reply) -> {
            if (offset(request) < 900_000) {
                sendThenCut(request, reply, 300_000);
            } else {
                contents.answer(request, reply);
            }
        };
        try (var server = ScriptedServer.plain(breaking);
                var registry = Clients.patient()) {
            assertArrayEquals(image.layer, read(server, registry));
            var ranges = server.requests().stream()
                    .map(r -> r.headers().getOrDefault("range", "all"))
                    .toList();
            assertEquals(List.of("all", "bytes=300000-", "bytes=600000-", "bytes=900000-"), ranges);
        }
    }

    @Test
    void aRegistryWithoutRangesBeginsAnew() throws Exception {
        ScriptedServer.Script breaking = (request, reply) -> {
            if (offset(request) == 0) {
                sendThenCut(request, reply, 300_000);
            } else {
                reply.send(200, Map.of(), image.layer);
            }
        };
        try (var server = ScriptedServer.plain(breaking);
                var registry = Clients.patient()) {
            assertArrayEquals(image.layer, read(server, registry));
        }
    }

    @Test
    void anotherRangeThanAskedForIsRefused() throws Exception {
        ScriptedServer.Script breaking = (request, reply) -> {
            if (offset(request) == 0) {
                sendThenCut(request, reply, 300_000);
            } else {
                reply.send(206, Map.of("content-range", "bytes 0-999999/1000000"), image.layer);
            }
        };
        try (var server = ScriptedServer.plain(breaking);
                var registry = Clients.patient()) {
            assertThrows(RegistryProtocolException.class, () -> read(server, registry));
        }
    }

    @Test
    void aRangeThatNobodyAskedForIsRefused() throws Exception {
        ScriptedServer.Script partial =
                (_, reply) -> reply.send(206, Map.of("content-range", "bytes 0-999999/1000000"), image.layer);
        try (var server = ScriptedServer.plain(partial);
                var registry = Clients.patient()) {
            assertThrows(RegistryProtocolException.class, () -> read(server, registry));
        }
    }

    @Test
    void aConnectionThatStallsIsReplacedToo() throws Exception {
        ScriptedServer.Script stalling = (request, reply) -> {
            if (offset(request) == 0) {
                reply.raw("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
                reply.raw(Arrays.copyOf(image.layer, 300_000));
                reply.stall();
            } else {
                contents.answer(request, reply);
            }
        };
        var patient = Duration.ofSeconds(20);
        try (var server = ScriptedServer.plain(stalling);
                var registry = Clients.withTimeouts(patient, patient, Duration.ofMillis(200), patient)) {
            assertArrayEquals(image.layer, read(server, registry));
        }
    }

    @Test
    void whatOnlyDripsIsStalled() throws Exception {
        ScriptedServer.Script dripping = (_, reply) -> {
            reply.raw("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
            for (var b : image.layer) {
                reply.raw(new byte[] {b});
                Thread.sleep(10); // each byte by itself comes soon enough
            }
        };
        var patient = Duration.ofSeconds(20);
        try (var server = ScriptedServer.plain(dripping);
                var registry = Clients.withTimeouts(patient, patient, Duration.ofMillis(100), patient)) {
            var failure = assertThrows(RegistryUnavailableException.class, () -> read(server, registry));
            assertTrue(failure.getMessage().contains("stalled"), failure.getMessage());
        }
    }

    @Test
    void attemptsThatBringNothingAreCounted() throws Exception {
        ScriptedServer.Script breaking = (request, reply) -> sendThenCut(request, reply, offset(request) == 0 ? 7 : 0);
        try (var server = ScriptedServer.plain(breaking);
                var registry = Clients.patient()) {
            var failure = assertThrows(RegistryUnavailableException.class, () -> read(server, registry));
            assertTrue(failure.getMessage().contains("the connection broke"), failure.getMessage());
            // The first, then one at once after progress, then the two pauses that the configuration allows.
            assertEquals(4, server.requests().size());
        }
    }

    @Test
    void attemptsThatBringNextToNothingAreCountedToo() throws Exception {
        ScriptedServer.Script breaking = (request, reply) -> sendThenCut(request, reply, 1);
        try (var server = ScriptedServer.plain(breaking);
                var registry = Clients.patient()) {
            assertThrows(RegistryUnavailableException.class, () -> read(server, registry));
            assertEquals(33, server.requests().size());
        }
    }

    @Test
    void aBlobThatHasComeWholeNeedsNoEndOfItsAnswer() throws Exception {
        ScriptedServer.Script unended = (request, reply) -> {
            assertNull(request.headers().get("range"));
            reply.raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nf4240\r\n");
            reply.raw(image.layer);
            reply.raw("\r\n");
            reply.cut();
        };
        try (var server = ScriptedServer.plain(unended);
                var registry = Clients.patient()) {
            assertArrayEquals(image.layer, read(server, registry));
        }
    }
}
