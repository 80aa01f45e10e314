package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.oci.Reference;
import dev.carafe.registry.conf.Mirror;
import dev.carafe.registry.conf.RegistryRule;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client against the distribution's registry, with images that skopeo pushed.
@Tag("system")
class DockerRegistryTest {
    /// Of joe, whose password is `secret`.
    private static final String HTPASSWD = "joe:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

    private static final Credentials JOE = new Credentials("joe", "secret", "", "");

    @TempDir
    private static Path folder;

    private static Path data;
    private static TestImage image;
    private static TestCertificate certificate;

    @BeforeAll
    static void push() throws Exception {
        image = TestImage.ofCompressedLayer(5_000_000);
        data = Files.createDirectory(folder.resolve("data"));
        certificate = TestCertificate.of(Files.createDirectory(folder.resolve("tls")), "ip:127.0.0.1");
        try (var server = DockerRegistry.start(data, "", "")) {
            server.push(
                    folder,
                    "team/app:1",
                    List.of("arm64", "amd64"),
                    List.of(TestImage.ofCompressedLayer(1_000_000), image));
        }
    }

    private static Reference reference(DockerRegistry server) {
        return Reference.parse(server.host() + "/team/app:1");
    }

    private static void pull(Registry registry, Reference reference, Credentials credentials) throws Exception {
        var resolved = registry.resolve(reference, Clients.AMD64, credentials);
        assertEquals(image.digest(), resolved.manifestDigest());
        assertArrayEquals(image.manifest, resolved.manifestBytes());
        assertArrayEquals(
                image.config, registry.readBlob(reference, resolved.manifest().config(), credentials));
        var layer = resolved.manifest().layers().getFirst();
        try (var body = registry.openBlob(reference, layer, credentials)) {
            assertArrayEquals(image.layer, body.readAllBytes());
        }
    }

    @Test
    void anImageIsPulled() throws Exception {
        try (var server = DockerRegistry.start(data, "", "");
                var registry = Clients.patient()) {
            pull(registry, reference(server), Credentials.none());
        }
    }

    @Test
    void anImageIsPulledByDigest() throws Exception {
        try (var server = DockerRegistry.start(data, "", "");
                var registry = Clients.patient()) {
            pull(registry, Reference.parse(server.host() + "/team/app@" + image.digest()), Credentials.none());
        }
    }

    @Test
    void whatIsMissingIsNotFound() throws Exception {
        try (var server = DockerRegistry.start(data, "", "");
                var registry = Clients.patient()) {
            for (var missing : List.of("/team/app:2", "/team/none:1", "/team/app@sha256:" + "0".repeat(64))) {
                var reference = Reference.parse(server.host() + missing);
                assertThrows(
                        ImageNotFoundException.class,
                        () -> registry.resolve(reference, Clients.AMD64, Credentials.none()));
            }
        }
    }

    @Test
    void anImageIsPulledByTls() throws Exception {
        var key = certificate.writeKey(folder);
        var tls = ", tls: {certificate: %s, key: %s}".formatted(certificate.pem(), key);
        var server = DockerRegistry.start(data, tls, "");
        try (server;
                var trusting = Clients.registry(Clients.patientConfig(Set.of(), certificate.pem()));
                var unaware = Clients.patient()) {
            pull(trusting, reference(server), Credentials.none());
            assertThrows(
                    RegistryUnavailableException.class,
                    () -> unaware.resolve(reference(server), Clients.AMD64, Credentials.none()));
        }
        assertEquals(Set.of("HTTP/1.1", "HTTP/2.0"), server.protocols()); // layers by the first
    }

    @Test
    void anImageIsPulledWithUserAndPassword() throws Exception {
        var passwords = Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
        var auth = "auth: {htpasswd: {realm: here, path: %s}}".formatted(passwords);
        try (var server = DockerRegistry.start(data, "", auth);
                var registry = Clients.patient()) {
            pull(registry, reference(server), JOE);
            for (var wrong : List.of(Credentials.none(), new Credentials("joe", "guess", "", ""))) {
                assertThrows(
                        UnauthorizedException.class, () -> registry.resolve(reference(server), Clients.AMD64, wrong));
            }
        }
    }

    @Test
    void anImageIsPulledWithAToken() throws Exception {
        try (var service = ScriptedServer.plain((request, reply) -> reply.json(
                        "{\"token\":\"" + token(request.target(), Instant.now().plusSeconds(300)) + "\"}"));
                var server = DockerRegistry.start(data, "", tokenAuth(service));
                var registry = Clients.patient()) {
            pull(registry, reference(server), JOE);
            pull(registry, reference(server), JOE);
            assertEquals(1, service.requests().size());
            assertEquals(JOE.basic(), service.requests().getFirst().authorization());
        }
    }

    @Test
    void aTokenThatHasExpiredIsReplaced() throws Exception {
        var asked = new AtomicInteger();
        // Good for none of the registry's leeway, although the service says that it is good for a day.
        var first = token("/?scope=repository:team/app:pull", Instant.now().minusSeconds(300));
        try (var service = ScriptedServer.plain((request, reply) -> reply.json("{\"expires_in\":86400,\"token\":\""
                        + (asked.getAndIncrement() == 0
                                ? first
                                : token(request.target(), Instant.now().plusSeconds(300)))
                        + "\"}"));
                var server = DockerRegistry.start(data, "", tokenAuth(service));
                var registry = Clients.patient()) {
            assertThrows(UnauthorizedException.class, () -> pull(registry, reference(server), JOE));
            pull(registry, reference(server), JOE);
        }
    }

    @Test
    void anImageIsPulledFromAMirrorUnderItsOwnName() throws Exception {
        try (var mirror = DockerRegistry.start(data, "", "");
                var empty = DockerRegistry.start(Files.createTempDirectory(folder, "empty"), "", "")) {
            var rule = new RegistryRule(
                    "registry.invalid/here",
                    "registry.invalid/here",
                    false,
                    false,
                    false,
                    List.of(
                            new Mirror("127.0.0.1:1", false, Mirror.Use.ALL),
                            new Mirror(empty.host(), false, Mirror.Use.ALL),
                            new Mirror(mirror.host() + "/team", false, Mirror.Use.ALL)));
            var trust = new RegistryConfig.Trust(List.of(), List.of());
            var asked = Reference.parse("registry.invalid/here/app:1");
            try (var registry = Clients.registry(Clients.config(Clients.conf(List.of(rule)), trust, Proxies.none()))) {
                pull(registry, asked, Credentials.none());
            }
        }
    }

    @Test
    void aClientShowsItsCertificateThroughAProxysTunnel() throws Exception {
        var client = TestCertificate.of(Files.createDirectory(folder.resolve("client")), "dns:client");
        var named = TestCertificate.of(Files.createDirectory(folder.resolve("named")), "dns:registry.invalid");
        var tls = ", tls: {certificate: %s, key: %s, clientcas: [%s]}"
                .formatted(named.pem(), named.writeKey(folder.resolve("named")), client.pem());
        try (var server = DockerRegistry.start(data, tls, "");
                var proxy = TestProxy.to(Integer.parseInt(server.host().split(":")[1]))) {
            var asked = Reference.parse("registry.invalid:5000/team/app:1");
            var certificates = Files.createDirectories(folder.resolve("certs.d/registry.invalid:5000"));
            Files.copy(named.pem(), certificates.resolve("ca.crt"));
            var trust = new RegistryConfig.Trust(List.of(), List.of(folder.resolve("certs.d")));
            var proxies = Proxies.of(Map.of("HTTPS_PROXY", "joe:secret@" + proxy.host()));
            try (var registry = Clients.registry(Clients.config(Clients.insecure(Set.of()), trust, proxies))) {
                assertThrows(
                        RegistryUnavailableException.class,
                        () -> registry.resolve(asked, Clients.AMD64, Credentials.none()));
                Files.copy(client.pem(), certificates.resolve("me.cert"));
                Files.move(client.writeKey(folder.resolve("client")), certificates.resolve("me.key"));
                pull(registry, asked, Credentials.none());
            }
        }
    }

    @Test
    void keysThatOpensslWritesAreRead() throws Exception {
        for (var command : List.of(
                "openssl genrsa -traditional -out k.pem 2048",
                "openssl genrsa -out k.pem 3072",
                "openssl ecparam -name prime256v1 -genkey -noout -out k.pem",
                "openssl ecparam -name secp384r1 -genkey -out k.pem",
                "openssl ecparam -name secp521r1 -genkey -noout -out k.pem",
                "openssl genpkey -algorithm ed25519 -out k.pem")) {
            var process = new ProcessBuilder(command.split(" "))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), output);
            var text = Files.readString(folder.resolve("k.pem"));
            assertEquals("PKCS#8", PrivateKeys.parse(text).getFormat(), command);
        }
    }

    private static String tokenAuth(ScriptedServer service) {
        return "auth: {token: {realm: 'http://%s/token', service: here, issuer: test, rootcertbundle: %s}}"
                .formatted(service.host(), certificate.pem());
    }

    /// What the registry's token specification asks for: a JSON web token with the scope that was asked for.
    private static String token(String target, Instant expires) {
        var scope = URLDecoder.decode(target.replaceAll(".*scope=([^&]*).*", "$1"), StandardCharsets.UTF_8)
                .split(":");
        try {
            var encoder = Base64.getUrlEncoder().withoutPadding();
            var chain = Base64.getEncoder()
                    .encodeToString(certificate.store().getCertificate("server").getEncoded());
            var header = "{\"typ\":\"JWT\",\"alg\":\"ES384\",\"x5c\":[\"" + chain + "\"]}";
            var claims = """
                    {"iss":"test","aud":"here","sub":"joe","jti":"1","iat":0,"nbf":0,"exp":%d,
                    "access":[{"type":"%s","name":"%s","actions":["%s"]}]}""".formatted(expires.getEpochSecond(), scope[0], scope[1], scope[2]);
            var signed = encoder.encodeToString(TestImage.bytes(header)) + "."
                    + encoder.encodeToString(TestImage.bytes(claims));
            var signature = Signature.getInstance("SHA384withECDSAinP1363Format");
            signature.initSign(certificate.key());
            signature.update(TestImage.bytes(signed));
            return signed + "." + encoder.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
