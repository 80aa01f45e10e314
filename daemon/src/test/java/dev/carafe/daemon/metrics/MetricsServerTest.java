package dev.carafe.daemon.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.daemon.config.MetricsSettings;
import dev.carafe.registry.PrivateKeys;
import dev.carafe.streaming.TlsSettings;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsServerTest {
    private static final byte[] QUESTION =
            "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    private final Metrics metrics = new Metrics(List.of("all"), "crun");

    private static MetricsSettings settings(Optional<Path> socket, Optional<TlsSettings> tls) {
        return new MetricsSettings("127.0.0.1", 0, socket, tls, List.of("all"));
    }

    private static String ask(Socket client) throws IOException {
        client.getOutputStream().write(QUESTION);
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void metricsAreServedOnThePortAndOnTheSocket() throws IOException {
        var socket = folder.resolve("made/metrics.sock");
        try (var server = MetricsServer.start(settings(Optional.of(socket), Optional.empty()), metrics)) {
            try (var client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                var answer = ask(client);
                assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
                assertTrue(answer.contains("content-type: " + Exposition.TYPE + "\r\n"), answer);
                assertTrue(answer.contains("\ncontainer_runtime_crio_default_runtime{runtime=\"crun\"} 1\n"), answer);
            }
            assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            try (var client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                var _ = client.write(ByteBuffer.wrap(QUESTION));
                var answer = new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
            }
        }
        assertFalse(Files.exists(socket));
    }

    @Test
    void aPortThatIsTakenIsAnErrorThatNamesIt() throws IOException {
        try (var first = MetricsServer.start(settings(Optional.empty(), Optional.empty()), metrics)) {
            var second =
                    new MetricsSettings("127.0.0.1", first.port(), Optional.empty(), Optional.empty(), List.of("all"));
            var refused = assertThrows(IOException.class, () -> MetricsServer.start(second, metrics));
            assertTrue(String.valueOf(refused.getCause().getMessage()).contains(":" + first.port()), refused::toString);
        }
    }

    @Test
    @Tag("system")
    void aCertificateThatChangesHoldsForTheNextConnection() throws Exception {
        certify("one");
        var files = new TlsSettings.Files(folder.resolve("cert"), folder.resolve("key"), Optional.empty());
        var tls = new TlsSettings(files, List.of("TLSv1.3", "TLSv1.2"), List.of(), PrivateKeys::parse);
        try (var server = MetricsServer.start(settings(Optional.empty(), Optional.of(tls)), metrics)) {
            assertEquals("CN=one", subject(server.port()));
            certify("two");
            assertEquals("CN=two", subject(server.port()));
            Files.writeString(folder.resolve("key"), "no key");
            assertEquals("CN=two", subject(server.port()));
        }
        assertThrows(
                IOException.class, () -> MetricsServer.start(settings(Optional.empty(), Optional.of(tls)), metrics));
    }

    private void certify(String name) throws Exception {
        var command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
                + " -keyout new-key -out new-cert -subj /CN=" + name;
        var program = new ProcessBuilder(command.split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var words = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, program.waitFor(), words);
        for (var file : List.of("key", "cert")) {
            Files.move(folder.resolve("new-" + file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// Whom the server says it is, when it answers.
    private static String subject(int port) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (var client = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            assertTrue(ask(client).startsWith("HTTP/1.1 200 OK\r\n"));
            var certificate = (X509Certificate) client.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }
}
