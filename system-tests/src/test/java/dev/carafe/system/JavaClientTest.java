package dev.carafe.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kubernetes.client.Attach;
import io.kubernetes.client.Exec;
import io.kubernetes.client.PortForward;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.Config;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Kubernetes' client for Java at our streams: WebSocket by another's hand, in the fourth version, where a channel does
/// not end before its connection.
@Tag("system")
class JavaClientTest {
    private static final int BYTES = 5_000_000;

    private static ApiClient client(StreamedPod streamed) {
        return Config.fromUrl(streamed.api().url(), false);
    }

    private static byte[] random() {
        var bytes = new byte[BYTES];
        new Random(BYTES).nextBytes(bytes);
        return bytes;
    }

    /// All in one message.
    private static Thread sending(OutputStream to, byte[] bytes) {
        return Thread.ofVirtual().start(() -> {
            try {
                to.write(bytes);
                to.flush();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aCommandsStreamsAndExitCodeAreTheClients() throws Exception {
        try (var streamed = StreamedPod.run(false, "sleep", "1000")) {
            var exec = new Exec(client(streamed));
            var script = "head -c " + BYTES + "; echo problem >&2; exit 7";
            var process = exec.exec("tests", "streams", new String[] {"sh", "-c", script}, "main", true, false);
            var bytes = random();
            var sending = sending(process.getOutputStream(), bytes);
            assertArrayEquals(bytes, process.getInputStream().readNBytes(BYTES));
            sending.join();
            assertEquals("problem\n", new String(process.getErrorStream().readAllBytes(), UTF_8));
            assertTrue(process.waitFor(1, TimeUnit.MINUTES), "it does not end");
            assertEquals(7, process.exitValue());
        }
    }

    @Test
    void aContainersInputAndOutputAreAttached() throws Exception {
        try (var streamed = StreamedPod.run(false, "sh", "-c", "while read -r line; do echo \"got $line\"; done")) {
            var attached = new Attach(client(streamed))
                    .newConnectionBuilder("tests", "streams")
                    .setContainer("main")
                    .setStdin(true)
                    .setStdout(true)
                    .connect();
            try (var out = attached.getStandardOutputStream()) {
                attached.getStandardInputStream().write("hello\n".getBytes(UTF_8));
                attached.getStandardInputStream().flush();
                assertEquals("got hello\n", new String(out.readNBytes(10), UTF_8));
            } finally {
                attached.close();
            }
        }
    }

    @Test
    void aPortIsForwarded() throws Exception {
        try (var streamed = StreamedPod.run(false, "nc", "-ll", "-p", "8080", "-e", "cat")) {
            var forwarded = new PortForward(client(streamed)).forward("tests", "streams", List.of(8080));
            var bytes = random();
            var sending = sending(forwarded.getOutboundStream(8080), bytes);
            assertArrayEquals(bytes, forwarded.getInputStream(8080).readNBytes(BYTES));
            sending.join();
        }
    }
}
