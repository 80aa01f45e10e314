package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    private final TestImage image = TestImage.ofLayer(1_000_000);
    private final Contents contents = Contents.of(image);

    @TempDir
    private static Path folder;

    private static TestCertificate ours;
    private static TestCertificate ofAnotherName;

    @BeforeAll
    static void makeCertificates() throws Exception {
        ours = TestCertificate.of(Files.createDirectory(folder.resolve("ours")), "ip:127.0.0.1,dns:localhost");
        ofAnotherName = TestCertificate.of(Files.createDirectory(folder.resolve("other")), "dns:registry.example");
    }

    private static Registry trusting(Path... bundles) {
        return Clients.registry(Clients.patientConfig(Set.of(), bundles));
    }

    private static Registry.Resolved resolve(Registry registry, String host) throws IOException, InterruptedException {
        return registry.resolve(Reference.parse(host + "/team/app:1"), Clients.AMD64, Credentials.none());
    }

    @Test
    void aTrustedRegistryIsAskedByTls() throws Exception {
        try (var server = ScriptedServer.tls(ours.serverContext(), contents);
                var registry = trusting(folder.resolve("missing.pem"), ours.pem())) {
            assertEquals(image.digest(), resolve(registry, server.host()).digest());
            assertEquals(
                    image.digest(),
                    resolve(registry, "localhost:" + server.port()).digest());
            var reference = Clients.reference(server);
            try (var body = registry.openBlob(reference, image.layerDescriptor(), Credentials.none())) {
                assertArrayEquals(image.layer, body.readAllBytes());
            }
            assertEquals(2, server.connectionsWithRequests());
        }
    }

    @Test
    void anUntrustedCertificateIsRefusedAndNotAskedAgain() throws Exception {
        try (var server = ScriptedServer.tls(ours.serverContext(), contents);
                var registry = trusting()) {
            var failure = assertThrows(RegistryUnavailableException.class, () -> resolve(registry, server.host()));
            assertTrue(failure.getMessage().contains("certification path"), failure.getMessage());
            assertFalse(failure.getMessage().contains("tried"), failure.getMessage());
            assertEquals(List.of(), server.requests());
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        try (var server = ScriptedServer.tls(ofAnotherName.serverContext(), contents);
                var registry = trusting(ofAnotherName.pem())) {
            assertThrows(RegistryUnavailableException.class, () -> resolve(registry, server.host()));
            assertThrows(RegistryUnavailableException.class, () -> resolve(registry, "localhost:" + server.port()));
            assertEquals(List.of(), server.requests());
        }
    }

    @Test
    void anInsecureRegistrysCertificateIsNotChecked() throws Exception {
        try (var server = ScriptedServer.tls(ofAnotherName.serverContext(), contents);
                var registry = Clients.registry(Clients.patientConfig(Set.of(server.host())))) {
            assertEquals(image.digest(), resolve(registry, server.host()).digest());
        }
    }

    @Test
    void aBundleThatIsNoneIsNamed() throws Exception {
        var broken = Files.writeString(
                folder.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        try (var registry = trusting(broken)) {
            var failure = assertThrows(RegistryUnavailableException.class, () -> resolve(registry, "127.0.0.1:1"));
            assertTrue(failure.getMessage().contains("broken.pem"), failure.getMessage());
        }
    }

    @Test
    void theSystemsOwnBundleCanBeRead() throws Exception {
        var tls = new TlsContexts(RegistryConfig.Trust.system());
        assertTrue(tls.of(new Route(Origin.of(true, "registry.example"), false)).isClient());
    }

    @Test
    void thisMachinesRegistriesMaySpeakPlainHttpAndAreRememberedForIt() throws Exception {
        try (var server = ScriptedServer.plain(contents);
                var registry = trusting()) {
            resolve(registry, server.host());
            var attempts = server.connections();
            assertEquals(2, attempts);
            resolve(registry, server.host());
            assertEquals(attempts, server.connections());
            assertEquals(
                    image.digest(),
                    resolve(registry, "localhost:" + server.port()).digest());
        }
    }

    @Test
    void aListenerThatIsSilentToTlsIsAskedByPlainHttp() throws Exception {
        try (var server = SilentToTls.start(contents);
                var registry = Clients.withTimeouts(
                        Duration.ofMillis(200),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20))) {
            assertEquals(image.digest(), resolve(registry, server.host()).digest());
        }
    }

    @Test
    void aRegistryThatTurnsToTlsIsFoundAgain() throws Exception {
        try (var registry = trusting(ours.pem())) {
            int port;
            try (var server = ScriptedServer.plain(contents)) {
                port = server.port();
                resolve(registry, server.host());
            }
            try (var server = ScriptedServer.tls(port, ours.serverContext(), contents)) {
                assertEquals(image.digest(), resolve(registry, server.host()).digest());
            }
        }
    }

    @Test
    void aRedirectMayLeaveTlsOnlyForWhatADigestChecks() throws Exception {
        try (var storage = ScriptedServer.plain(contents);
                var server = ScriptedServer.tls(
                        ours.serverContext(),
                        (request, reply) -> reply.redirect("http://" + storage.host() + request.target()));
                var registry = trusting(ours.pem())) {
            assertThrows(RegistryProtocolException.class, () -> resolve(registry, server.host()));
            assertEquals(List.of(), storage.requests());
            var pinned = Reference.parse(server.host() + "/team/app@" + image.digest());
            assertEquals(
                    image.digest(),
                    registry.resolve(pinned, Clients.AMD64, Credentials.none()).digest());
            assertArrayEquals(image.config, registry.readBlob(pinned, image.configDescriptor(), Credentials.none()));
        }
    }

    @Test
    void anyOtherRegistryIsAskedByTlsAlone() {
        assertEquals(List.of(true), schemes("registry.example:5000", Set.of()));
        assertEquals(List.of(true), schemes("registry.example:5000", Set.of("registry.example")));
        assertEquals(List.of(true, false), schemes("registry.example:5000", Set.of("registry.example:5000")));
        assertEquals(List.of(true, false), schemes("registry.example", Set.of("registry.example")));
        assertEquals(List.of(true, false), schemes("127.9.9.9:5000", Set.of()));
        assertEquals(List.of(true, false), schemes("[::1]:5000", Set.of()));
        assertEquals(List.of(true), schemes("localhost.example", Set.of()));
    }

    private static List<Boolean> schemes(String registry, Set<String> insecure) {
        return origins(registry, insecure).stream().map(Origin::isSecure).toList();
    }

    private static List<Origin> origins(String registry, Set<String> insecure) {
        var config = Clients.patientConfig(insecure);
        var rules = new RegistryRules(config.registries());
        var source = rules.sources(Reference.parse(registry + "/app:1")).getFirst();
        try (var http = new Http(config, rules)) {
            return new Endpoints(http, rules, Clock.systemUTC())
                    .origins(new Site(source.reference().registry(), source.insecure()));
        }
    }

    @Test
    void dockersHubIsAskedAtItsApi() {
        assertEquals(List.of(Origin.of(true, "registry-1.docker.io")), origins("docker.io", Set.of()));
    }

    /// A server that waits for the end of a line that a TLS client never sends.
    private record SilentToTls(ServerSocket listener, ScriptedServer behind) implements AutoCloseable {
        static SilentToTls start(ScriptedServer.Script script) throws IOException {
            var behind = ScriptedServer.plain(script);
            var started = new SilentToTls(new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1")), behind);
            Thread.ofVirtual().start(started::serve);
            return started;
        }

        String host() {
            return "127.0.0.1:" + listener.getLocalPort();
        }

        private void serve() {
            try (var silent = listener.accept();
                    var plain = listener.accept();
                    var upstream = new Socket(InetAddress.ofLiteral("127.0.0.1"), behind.port())) {
                Thread.ofVirtual().start(() -> copy(upstream, plain));
                copy(plain, upstream);
                silent.shutdownOutput();
            } catch (IOException closed) {
                // The test is over.
            }
        }

        private static void copy(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException closed) {
                // One of them is gone.
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            behind.close();
        }
    }
}
