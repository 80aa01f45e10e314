package dev.carafe.streaming;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpdyCommandTest {
    private static final Streams ALL = new Streams(true, true, true, false);

    private final FakeSessions sessions = new FakeSessions();
    private StreamingServer server;

    @BeforeEach
    void open() throws Exception {
        server = StreamingServer.open(new StreamingSettings("127.0.0.1", 0, Optional.empty(), Duration.ZERO), sessions);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private record Opened(
            SpdyClient client,
            SpdyClient.Stream error,
            SpdyClient.Stream in,
            SpdyClient.Stream out,
            SpdyClient.Stream err)
            implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    private Opened exec(String protocol, String... command) throws Exception {
        var client = SpdyClient.connect(server.exec("c1", List.of(command), ALL), protocol);
        assertEquals(101, client.status());
        return new Opened(
                client,
                client.open("streamtype", "error"),
                client.open("streamtype", "stdin"),
                client.open("streamtype", "stdout"),
                client.open("streamtype", "stderr"));
    }

    @Test
    void aCommandsOutputComesOnItsStreamsAndSuccessAsAStatus() throws Exception {
        try (var exec = exec("v4.channel.k8s.io", "echo", "hello")) {
            assertEquals("hello", exec.out.text());
            assertEquals("error hello", exec.err.text());
            assertEquals("{\"metadata\":{},\"status\":\"Success\"}", exec.error.text());
        }
    }

    @Test
    void anExitCodeComesInTheStatusObject() throws Exception {
        try (var exec = exec("v4.channel.k8s.io", "exit", "3")) {
            assertEquals(
                    "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"command terminated with non-zero exit code:"
                            + " 3\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\","
                            + "\"message\":\"3\"}]}}",
                    exec.error.text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"channel.k8s.io", "v2.channel.k8s.io", "v3.channel.k8s.io"})
    void olderProtocolsTellAFailureInWords(String protocol) throws Exception {
        try (var exec = exec(protocol, "exit", "3")) {
            assertEquals(protocol, exec.client.protocol());
            assertEquals("command terminated with non-zero exit code: 3", exec.error.text());
        }
        try (var exec = exec(protocol, "exit", "0")) {
            assertEquals("", exec.error.text());
        }
    }

    @Test
    void whatCanNotBeRunIsToldWithWhatTheSessionSays() throws Exception {
        try (var exec = exec("v4.channel.k8s.io", "no\"such")) {
            var status = exec.error.text();
            assertTrue(status.contains("no command \\\"no\\\"such\\\"\""), status);
            assertTrue(status.contains("\"reason\":\"InternalError\""), status);
        }
    }

    @Test
    void inputGoesInAndItsEndEndsTheCommand() throws Exception {
        var bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        try (var exec = exec("v4.channel.k8s.io", "cat")) {
            for (var at = 0; at < bytes.length; at += 30_000) {
                exec.in.write(Arrays.copyOfRange(bytes, at, at + 30_000));
            }
            exec.in.finish();
            assertArrayEquals(bytes, exec.out.readAll());
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsTheCommandBackAndLosesNothing() throws Exception {
        try (var exec = exec("v4.channel.k8s.io", "flood", "20000000")) {
            exec.client.stopReading();
            Thread.sleep(300);
            exec.client.readOn();
            assertEquals(20_000_000, exec.out.readAll().length);
            assertTrue(exec.error.text().contains("Success"));
        }
    }

    @Test
    void aClientThatGoesInterruptsItsSession() throws Exception {
        try (var exec = exec("v4.channel.k8s.io", "hang")) {
            assertEquals("up", exec.out.first(2));
        }
        assertTrue(sessions.interrupted.await(10, TimeUnit.SECONDS));
    }

    @Test
    void aTerminalsSizeReachesTheSession() throws Exception {
        var url = server.exec("c1", List.of("size"), new Streams(true, true, false, true));
        try (var client = SpdyClient.connect(url, "v4.channel.k8s.io")) {
            var error = client.open("streamtype", "error");
            client.open("streamtype", "stdin");
            var out = client.open("streamtype", "stdout");
            client.open("streamtype", "resize").write("{\"Width\":120,\"Height\":40}\n");
            assertEquals("40x120", out.text());
            assertTrue(error.text().contains("Success"));
        }
    }

    @Test
    void aStreamThatWasNotAskedForIsRefused() throws Exception {
        var url = server.attach("c1", new Streams(false, true, false, false));
        try (var client = SpdyClient.connect(url, "v4.channel.k8s.io")) {
            assertThrows(ExecutionException.class, () -> client.open("streamtype", "stdin"));
            assertThrows(ExecutionException.class, () -> client.open("streamtype", "nonsense"));
            client.open("streamtype", "error");
            assertEquals("attached to c1", client.open("streamtype", "stdout").text());
        }
    }

    @Test
    void aSessionThatDoesNotReadHoldsItsClientBack() throws Exception {
        try (var exec = exec("v4.channel.k8s.io", "wait and cat")) {
            var bytes = new byte[1_000_000];
            var sent = new AtomicInteger();
            var writer = Thread.ofVirtual().start(() -> {
                try {
                    for (; sent.get() < 40; sent.incrementAndGet()) {
                        exec.in.write(bytes);
                    }
                    exec.in.finish();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertFalse(writer.join(Duration.ofSeconds(2)), "all was taken");
            assertTrue(sent.get() < 30, sent + " megabytes were taken");
            sessions.go.countDown();
            assertEquals(40_000_000, exec.out.readAll().length);
        }
    }

    @Test
    void pingsAreAnswered() throws Exception {
        try (var exec = exec("v4.channel.k8s.io", "hang")) {
            exec.client.send(new DefaultSpdyPingFrame(7));
            assertEquals(7, ((SpdyPingFrame) exec.client.next()).id());
        }
    }

    @Test
    void theFirstProtocolOfTheClientThatIsKnownIsSpoken() throws Exception {
        var url = server.exec("c1", List.of("exit", "0"), ALL);
        try (var client = SpdyClient.connect(url, "v9.channel.k8s.io", "v3.channel.k8s.io", "v4.channel.k8s.io")) {
            assertEquals("v3.channel.k8s.io", client.protocol());
        }
        try (var client = SpdyClient.connect(server.exec("c1", List.of("exit", "0"), ALL), "v9.channel.k8s.io")) {
            assertEquals(403, client.status());
        }
    }

    @Test
    void aTokenIsGoodOnceAndOnlyForWhatItWasGrantedFor() throws Exception {
        var url = server.exec("c1", List.of("exit", "0"), ALL);
        SpdyClient.connect(url, "v4.channel.k8s.io").close();
        for (var wrong : List.of(
                url,
                url.substring(0, url.lastIndexOf('/') + 1) + "guess",
                server.attach("c1", ALL).replace("/attach/", "/exec/"),
                server.exec("c1", List.of("exit", "0"), ALL).replace("/exec/", "/exec/x/"),
                url.substring(0, url.indexOf('/', 10)))) {
            try (var client = SpdyClient.connect(wrong, "v4.channel.k8s.io")) {
                assertEquals(404, client.status(), wrong);
                assertTrue(client.isClosedSoon());
            }
        }
    }
}
