package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {
    private final TestImage image = TestImage.ofLayer(1000);
    private final Contents contents = Contents.of(image);
    private final AtomicInteger requests = new AtomicInteger();

    private void resolve(ScriptedServer.Script script) throws IOException, InterruptedException {
        try (var server = ScriptedServer.plain(script);
                var registry = Clients.patient()) {
            registry.resolve(Clients.reference(server), Clients.AMD64, Credentials.none());
        }
    }

    private ScriptedServer.Script refusingOnce(int status, Map<String, String> headers) {
        return (request, reply) -> {
            if (requests.incrementAndGet() == 1) {
                reply.send(status, headers, "");
            } else {
                contents.answer(request, reply);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void whatMayPassIsTriedAgain(int status) throws Exception {
        resolve(refusingOnce(status, Map.of()));
        assertEquals(2, requests.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 501})
    void whatWillNotPassIsNot(int status) {
        assertThrows(RegistryException.class, () -> resolve(refusingOnce(status, Map.of())));
        assertEquals(1, requests.get());
    }

    @Test
    void aConnectionThatBreaksInTheMiddleOfADocumentIsTriedAgain() throws Exception {
        resolve((request, reply) -> {
            if (requests.incrementAndGet() == 1) {
                reply.raw("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{");
                reply.cut();
            } else {
                contents.answer(request, reply);
            }
        });
        assertEquals(2, requests.get());
    }

    @Test
    void attemptsEnd() {
        var failure = assertThrows(
                RegistryUnavailableException.class,
                () -> resolve((_, reply) -> {
                    requests.incrementAndGet();
                    reply.status(503);
                }));
        assertEquals(3, requests.get());
        assertTrue(failure.getMessage().endsWith("HTTP 503 Service Unavailable (tried 3 times)"), failure.getMessage());
    }

    @Test
    void thePauseThatARegistryAsksForIsKept() throws Exception {
        var before = System.nanoTime();
        resolve(refusingOnce(429, Map.of("retry-after", "1")));
        assertTrue(System.nanoTime() - before >= Duration.ofSeconds(1).toNanos());
    }

    @ParameterizedTest
    @ValueSource(strings = {"3600", "Tue, 31 Dec 2999 23:59:59 GMT"})
    void aPauseThatIsTooLongIsNotWaitedFor(String retryAfter) {
        assertThrows(
                RegistryUnavailableException.class,
                () -> resolve(refusingOnce(429, Map.of("retry-after", retryAfter))));
        assertEquals(1, requests.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "Sun, 06 Nov 1994 08:49:37 GMT"})
    void aPauseThatMakesNoSenseIsOurs(String retryAfter) throws Exception {
        resolve(refusingOnce(503, Map.of("retry-after", retryAfter)));
        assertEquals(2, requests.get());
    }

    @Test
    void pausesGrowUpToTheLongest() throws Exception {
        var retry = new Retry(new RegistryConfig.Retries(30, Duration.ofNanos(1), Duration.ofMillis(1)));
        var failure = new RegistryUnavailableException("x", true, Duration.ZERO);
        for (var attempt = 2; attempt <= 30; attempt++) {
            assertTrue(retry.pause(failure));
            assertEquals(attempt, retry.attempts());
        }
        assertFalse(retry.pause(failure));
    }
}
