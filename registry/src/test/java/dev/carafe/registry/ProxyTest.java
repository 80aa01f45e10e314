package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Registries that only a proxy can reach: their names are known nowhere else.
class ProxyTest {
    private static final Reference ASKED = Reference.parse("registry.invalid:5000/team/app:1");

    private final TestImage image = TestImage.ofLayer(300_000);

    @TempDir
    private static Path folder;

    private static TestCertificate certificate;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = TestCertificate.of(folder, "dns:registry.invalid,ip:127.0.0.1");
    }

    private static Registry registry(Map<String, String> environment, Set<String> insecure) {
        var trust = new RegistryConfig.Trust(List.of(certificate.pem()), List.of());
        return Clients.registry(Clients.config(Clients.insecure(insecure), trust, Proxies.of(environment)));
    }

    private void pull(Registry registry) throws IOException, InterruptedException {
        assertEquals(
                image.digest(),
                registry.resolve(ASKED, Clients.AMD64, Credentials.none()).digest());
        try (var body = registry.openBlob(ASKED, image.layerDescriptor(), Credentials.none())) {
            assertArrayEquals(image.layer, body.readAllBytes());
        }
    }

    @Test
    void tlsGoesThroughATunnelAndIsCheckedAtItsEnd() throws Exception {
        try (var server = ScriptedServer.tls(certificate.serverContext(), Contents.of(image));
                var proxy = TestProxy.to(server.port());
                var registry = registry(Map.of("HTTPS_PROXY", "http://joe:secret@" + proxy.host()), Set.of())) {
            pull(registry);
            assertEquals(1, proxy.heads().size());
            var head = proxy.heads().getFirst();
            assertTrue(head.startsWith("CONNECT registry.invalid:5000 HTTP/1.1\r\n"), head);
            assertTrue(
                    head.toLowerCase(java.util.Locale.ROOT)
                            .contains("proxy-authorization: "
                                    + new Credentials("joe", "secret", "", "")
                                            .basic()
                                            .toLowerCase(java.util.Locale.ROOT)),
                    head);
            assertEquals(
                    "registry.invalid:5000",
                    server.requests().getFirst().headers().get("host"));
            assertFalse(server.requests().getFirst().headers().containsKey("proxy-authorization"));
        }
    }

    @Test
    void theTunnelsEndMustBeWhoItShouldBe() throws Exception {
        var other = TestCertificate.of(Files.createDirectory(folder.resolve("other")), "dns:other.invalid");
        var trust = new RegistryConfig.Trust(List.of(other.pem()), List.of());
        try (var server = ScriptedServer.tls(other.serverContext(), Contents.of(image));
                var proxy = TestProxy.to(server.port());
                var registry = Clients.registry(Clients.config(
                        Clients.insecure(Set.of()), trust, Proxies.of(Map.of("HTTPS_PROXY", proxy.host()))))) {
            assertThrows(RegistryUnavailableException.class, () -> pull(registry));
            assertEquals(List.of(), server.requests());
        }
    }

    @Test
    void aProxyMayItselfSpeakTls() throws Exception {
        // What the client says to the proxy by TLS is passed on by a server that ends that TLS.
        try (var server = ScriptedServer.tls(certificate.serverContext(), (request, reply) -> {
                    if (request.target().startsWith("http://registry.invalid:5000/")) {
                        Contents.of(image).answer(request, reply);
                    } else {
                        reply.status(400);
                    }
                });
                var registry = registry(
                        Map.of("HTTP_PROXY", "https://joe:secret@" + server.host(), "HTTPS_PROXY", "127.0.0.1:1"),
                        Set.of("registry.invalid:5000"))) {
            pull(registry);
            assertTrue(server.requests().getFirst().headers().containsKey("proxy-authorization"));
        }
    }

    @Test
    void plainHttpIsAskedOfTheProxyByTheWholeUrl() throws Exception {
        try (var proxy = ScriptedServer.plain(Contents.of(image));
                var nobody = TestProxy.refusing("403 Forbidden");
                var registry = registry(
                        Map.of("http_proxy", "joe:secret@" + proxy.host(), "https_proxy", nobody.host()),
                        Set.of("registry.invalid:5000"))) {
            pull(registry);
            var request = proxy.requests().getFirst();
            assertEquals("http://registry.invalid:5000/v2/team/app/manifests/1", request.target());
            assertEquals("registry.invalid:5000", request.headers().get("host"));
            assertEquals(
                    new Credentials("joe", "secret", "", "").basic(),
                    request.headers().get("proxy-authorization"));
        }
    }

    @Test
    void aProxyThatRefusesIsNamedWithoutItsPassword() throws Exception {
        try (var proxy = TestProxy.refusing("407 Proxy Authentication Required");
                var registry = registry(Map.of("HTTPS_PROXY", "joe:secret@" + proxy.host()), Set.of())) {
            var failure = assertThrows(RegistryUnavailableException.class, () -> pull(registry));
            assertTrue(
                    failure.getMessage()
                            .contains("https://registry.invalid:5000 by the proxy http://" + proxy.host()
                                    + ": no way through"),
                    failure.getMessage());
            assertTrue(failure.getMessage().contains("407"), failure.getMessage());
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                assertFalse(String.valueOf(cause.getMessage()).contains("secret"), cause.getMessage());
            }
        }
    }

    @Test
    void aProxyThatIsNotThereIsNamed() throws Exception {
        try (var registry = registry(Map.of("HTTPS_PROXY", "127.0.0.1:1"), Set.of())) {
            var failure = assertThrows(RegistryUnavailableException.class, () -> pull(registry));
            assertTrue(failure.getMessage().contains("by the proxy http://127.0.0.1:1: no connection"));
        }
    }

    @Test
    void thisMachineIsReachedWithoutOne() throws Exception {
        try (var server = ScriptedServer.plain(Contents.of(image));
                var proxy = TestProxy.refusing("403 Forbidden");
                var registry = registry(Map.of("HTTPS_PROXY", proxy.host(), "HTTP_PROXY", proxy.host()), Set.of())) {
            registry.resolve(Clients.reference(server), Clients.AMD64, Credentials.none());
            assertEquals(List.of(), proxy.heads());
        }
    }
}
