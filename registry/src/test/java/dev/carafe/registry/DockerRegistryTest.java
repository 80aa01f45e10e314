package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.oci.Reference;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
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
        try (var server = DockerRegistry.start(data, tls, "");
                var trusting = Clients.registry(Clients.patientConfig(Set.of(), certificate.pem()));
                var unaware = Clients.patient()) {
            pull(trusting, reference(server), Credentials.none());
            assertThrows(
                    RegistryUnavailableException.class,
                    () -> unaware.resolve(reference(server), Clients.AMD64, Credentials.none()));
        }
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
