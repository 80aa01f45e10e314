package dev.carafe.streaming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.streaming.client.StreamingClient;
import dev.carafe.streaming.client.Transport;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With certificates of openssl's.
@Tag("system")
class TlsTest {
    private static final List<String> BOTH = List.of("TLSv1.3", "TLSv1.2");
    private static final Streams ALL = new Streams(true, true, true, false);

    @TempDir
    private Path folder;

    private TlsSettings settings(Optional<Path> authorities, List<String> protocols, List<String> ciphers) {
        var files = new TlsSettings.Files(folder.resolve("cert"), folder.resolve("key"), authorities);
        return new TlsSettings(files, protocols, ciphers, TlsTest::key);
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        var base64 = pem.replaceAll("-----[A-Z ]*-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private StreamingServer open(TlsSettings tls) throws IOException {
        return StreamingServer.open(
                new StreamingSettings("127.0.0.1", 0, Optional.of(tls), Duration.ZERO), new FakeSessions());
    }

    /// Replaces both files as one would who rotates certificates.
    private void certify(String name) throws Exception {
        var program = new ProcessBuilder(
                        List.of(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
                                        + " -keyout new-key -out new-cert -subj /CN=" + name)
                                .split(" ")))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var words = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, program.waitFor(), words);
        for (var file : List.of("key", "cert")) {
            Files.move(folder.resolve("new-" + file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String subject(StreamingServer server, String... protocols) throws Exception {
        var at = URI.create(server.exec("c", List.of("exit", "0"), ALL));
        assertEquals("https", at.getScheme());
        var context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(at.getHost(), at.getPort())) {
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            // The server refuses a client's certificate after the handshake of TLS 1.3.
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            if (socket.getInputStream().read() < 0) {
                throw new SSLException("closed");
            }
            var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }

    @Test
    void aRotatedCertificateIsServedAndOpenStreamsStay() throws Exception {
        certify("first");
        var trusting = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();
        try (var server = open(settings(Optional.empty(), BOTH, List.of()));
                var client = new StreamingClient(trusting);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertEquals("CN=first", subject(server));
            var url = URI.create(server.exec("c", List.of("cat"), ALL));
            try (var stream = client.streams(url, Transport.WEBSOCKET, ALL)) {
                var out = new ByteArrayOutputStream();
                var status = threads.submit(() -> stream.receive(out, new ByteArrayOutputStream()));
                stream.write("before ".getBytes(StandardCharsets.UTF_8), 0, 7);
                certify("second");
                assertEquals("CN=second", subject(server));
                Files.writeString(folder.resolve("key"), "no key");
                assertEquals("CN=second", subject(server));
                stream.write("after".getBytes(StandardCharsets.UTF_8), 0, 5);
                stream.endInput();
                assertTrue(new String(status.get(), StandardCharsets.UTF_8).contains("Success"));
                assertEquals("before after", out.toString(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void theOldestVersionAndTheSuitesAreHeld() throws Exception {
        certify("versions");
        try (var server = open(settings(Optional.empty(), List.of("TLSv1.3"), List.of()))) {
            assertEquals("CN=versions", subject(server, "TLSv1.3"));
            assertThrows(SSLException.class, () -> subject(server, "TLSv1.2"));
        }
        var suite = List.of("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
        try (var server = open(settings(Optional.empty(), BOTH, suite))) {
            assertEquals("CN=versions", subject(server, "TLSv1.2"));
        }
        var unknown = settings(Optional.empty(), BOTH, List.of("TLS_MADE_UP"));
        assertTrue(assertThrows(IOException.class, () -> open(unknown).close())
                .getMessage()
                .contains("TLS_MADE_UP"));
    }

    @Test
    void withAuthoritiesAClientNeedsACertificateOfTheirs() throws Exception {
        certify("authority");
        try (var server = open(settings(Optional.of(folder.resolve("cert")), BOTH, List.of()))) {
            assertThrows(IOException.class, () -> subject(server));
        }
    }
}
