package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportTest {
    private final TestImage image = TestImage.ofLayer(100_000);
    private final Contents contents = Contents.of(image);

    private static Registry.Resolved resolve(Registry registry, ScriptedServer server)
            throws IOException, InterruptedException {
        return registry.resolve(Clients.reference(server), Clients.AMD64, Credentials.none());
    }

    private static <T extends IOException> String failure(Class<T> type, ScriptedServer.Script script)
            throws Exception {
        try (var server = ScriptedServer.plain(script);
                var registry = Clients.patient()) {
            return assertThrows(type, () -> resolve(registry, server)).getMessage();
        }
    }

    @Test
    void aConnectionIsUsedAgain() throws Exception {
        try (var server = ScriptedServer.plain(contents);
                var registry = Clients.patient()) {
            var reference = Clients.reference(server);
            for (var i = 0; i < 3; i++) {
                resolve(registry, server);
                registry.readBlob(reference, image.configDescriptor(), Credentials.none());
                try (var body = registry.openBlob(reference, image.layerDescriptor(), Credentials.none())) {
                    assertArrayEquals(image.layer, body.readAllBytes());
                }
            }
            assertEquals(9, server.requests().size());
            assertEquals(1, server.connectionsWithRequests());
        }
    }

    @Test
    void aConnectionIsUsedAgainAfterARefusal() throws Exception {
        try (var server = ScriptedServer.plain(new Contents());
                var registry = Clients.patient()) {
            assertThrows(ImageNotFoundException.class, () -> resolve(registry, server));
            assertThrows(ImageNotFoundException.class, () -> resolve(registry, server));
            assertEquals(1, server.connectionsWithRequests());
        }
    }

    @Test
    void aConnectionThatTheServerWillCloseIsNotUsedAgain() throws Exception {
        try (var server = ScriptedServer.plain((_, reply) -> {
                    reply.send(200, Map.of("connection", "close"), image.manifest);
                    reply.cut();
                });
                var registry = Clients.patient()) {
            resolve(registry, server);
            resolve(registry, server);
            assertEquals(2, server.connectionsWithRequests());
        }
    }

    /// As servers do whose idle time is over: the request may cross their close.
    @Test
    void aConnectionThatTheServerClosedMeanwhileIsReplaced() throws Exception {
        var answers = new AtomicInteger();
        try (var server = ScriptedServer.plain((request, reply) -> {
                    if (answers.incrementAndGet() % 2 == 0) {
                        reply.cut();
                    } else {
                        contents.answer(request, reply);
                    }
                });
                var registry = Clients.patient()) {
            for (var i = 0; i < 5; i++) {
                assertEquals(image.digest(), resolve(registry, server).digest());
            }
        }
    }

    @Test
    void anInterimAnswerIsPassedOver() throws Exception {
        try (var server = ScriptedServer.plain((request, reply) -> {
                    reply.raw("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
                    contents.answer(request, reply);
                });
                var registry = Clients.patient()) {
            assertEquals(image.digest(), resolve(registry, server).digest());
        }
    }

    @Test
    void bytesThatNobodyAskedForEndAConnection() throws Exception {
        try (var server = ScriptedServer.plain((request, reply) -> {
                    var answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
                    reply.raw(request.path().endsWith("/2") ? answer + answer : answer);
                });
                var registry = Clients.patient()) {
            for (var tag : List.of("1", "2", "3")) {
                var reference = Reference.parse(server.host() + "/app:" + tag);
                assertThrows(
                        ImageNotFoundException.class,
                        () -> registry.resolve(reference, Clients.AMD64, Credentials.none()));
            }
            var connections = server.requests().stream()
                    .map(ScriptedServer.Received::connection)
                    .toList();
            assertEquals(connections.get(0), connections.get(1));
            assertNotEquals(connections.get(1), connections.get(2));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
            })
    void whatIsNotHttpIsRefused(String answer) throws Exception {
        failure(RegistryException.class, (_, reply) -> {
            reply.raw(answer);
            reply.cut();
        });
    }

    @Test
    void headersAreBounded() throws Exception {
        var message = failure(
                RegistryProtocolException.class,
                (_, reply) -> reply.send(200, Map.of("x", "y".repeat(100_000)), image.manifest));
        assertTrue(message.contains("not HTTP"), message);
    }

    @Test
    void aSilentRegistryIsUnavailable() throws Exception {
        try (var server = ScriptedServer.plain((_, reply) -> reply.stall());
                var registry = Clients.impatient()) {
            var failure = assertThrows(RegistryUnavailableException.class, () -> resolve(registry, server));
            assertEquals(
                    "manifest of " + server.host() + "/team/app:1: http://" + server.host()
                            + ": no answer within 200 ms (tried 3 times)",
                    failure.getMessage());
        }
    }

    @Test
    void aDocumentThatDripsIsGivenUp() throws Exception {
        var patient = Duration.ofSeconds(20);
        try (var server = ScriptedServer.plain((_, reply) -> {
                    reply.raw("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
                    while (true) {
                        reply.raw("x");
                        Thread.sleep(5);
                    }
                });
                var registry = Clients.withTimeouts(patient, patient, patient, Duration.ofMillis(100))) {
            assertThrows(RegistryUnavailableException.class, () -> resolve(registry, server));
        }
    }

    @Test
    void nobodyListening() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        try (var registry = Clients.patient()) {
            var failure = assertThrows(
                    RegistryUnavailableException.class,
                    () -> registry.resolve(
                            Reference.parse("127.0.0.1:" + port + "/app:1"), Clients.AMD64, Credentials.none()));
            assertTrue(failure.getMessage().contains("Connection refused"), failure.getMessage());
        }
    }

    @Test
    void aNameThatIsNotKnown() {
        try (var registry = Clients.patient()) {
            var failure = assertThrows(
                    RegistryUnavailableException.class,
                    () -> registry.resolve(
                            Reference.parse("registry.invalid/app:1"), Clients.AMD64, Credentials.none()));
            assertTrue(failure.getMessage().contains("its name is not known"), failure.getMessage());
        }
    }

    @Test
    void redirectsAreFollowedButNotForEver() throws Exception {
        var message = failure(
                RegistryProtocolException.class,
                (request, reply) -> reply.redirect(request.path() + "/again?secret=x"));
        assertTrue(message.contains("more than 5 redirects"), message);
        assertFalse(message.contains("secret"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x/?secret=y", "http://joe:secret@x/", "http://x:99999/", "//[::1/", "/a b?secret=y"})
    void aRedirectToNowhereIsRefused(String location) throws Exception {
        var message = failure(RegistryProtocolException.class, (_, reply) -> reply.redirect(location));
        assertTrue(message.contains("a redirect to"), message);
        assertFalse(message.contains("secret=y"), message);
    }

    @Test
    void aRedirectWithoutALocationIsRefused() throws Exception {
        failure(RegistryProtocolException.class, (_, reply) -> reply.status(307));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 206, 304, 400, 405})
    void aStatusThatNobodyExpectsIsNamed(int status) throws Exception {
        var message = failure(RegistryProtocolException.class, (_, reply) -> reply.status(status));
        assertTrue(message.contains("HTTP " + status), message);
    }

    @Test
    void theRegistrysWordsCanNotForgeALine() throws Exception {
        var message = failure(
                UnauthorizedException.class,
                (_, reply) -> reply.send(
                        403,
                        Map.of(),
                        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"see\\nhttps://x/y?token=secret \\u001b[2J"
                                + "x".repeat(5000) + "\"}]}"));
        assertTrue(message.contains("HTTP 403 Forbidden: DENIED: see https://x/y [2Jxxx"), message);
        assertFalse(message.contains("secret"), message);
        assertTrue(message.length() < 400, message);
        assertTrue(message.chars().noneMatch(Character::isISOControl), message);
    }
}
