package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFolderTest {
    private final TestImage image = TestImage.ofLayer(1000);

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static TestCertificate server;
    private static TestCertificate client;

    @BeforeAll
    static void makeCertificates() throws Exception {
        server = TestCertificate.of(Files.createDirectory(shared.resolve("server")), "ip:127.0.0.1");
        client = TestCertificate.of(Files.createDirectory(shared.resolve("client")), "dns:client");
    }

    private Path folderOf(String host) throws IOException {
        return Files.createDirectories(folder.resolve("certs.d").resolve(host));
    }

    private Registry registry(Set<String> insecure) {
        var trust = new RegistryConfig.Trust(
                List.of(), List.of(folder.resolve("none.d"), folder.resolve("certs.d"), folder.resolve("more.d")));
        return Clients.registry(Clients.config(Clients.insecure(insecure), trust, Proxies.none()));
    }

    private void resolve(Registry registry, ScriptedServer at) throws IOException, InterruptedException {
        var resolved = registry.resolve(Clients.reference(at), Clients.AMD64, Credentials.none());
        assertEquals(image.digest(), resolved.digest());
    }

    private static void copyClient(Path to) throws Exception {
        Files.copy(client.pem(), to.resolve("me.cert"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(client.writeKey(to), to.resolve("me.key"), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aRegistrysOwnAuthorityIsTrustedThereAndNowhereElse() throws Exception {
        try (var at = ScriptedServer.tls(server.serverContext(), Contents.of(image));
                var other = ScriptedServer.tls(server.serverContext(), Contents.of(image));
                var registry = registry(Set.of())) {
            Files.copy(server.pem(), folderOf(at.host()).resolve("ca.crt"));
            resolve(registry, at);
            assertThrows(RegistryUnavailableException.class, () -> resolve(registry, other));
        }
    }

    @Test
    void aClientShowsItsCertificate() throws Exception {
        try (var at = ScriptedServer.tlsForKnownClients(server.serverContext(client), Contents.of(image));
                var registry = registry(Set.of())) {
            var own = folderOf(at.host());
            Files.copy(server.pem(), own.resolve("ca.crt"));
            var failure = assertThrows(RegistryUnavailableException.class, () -> resolve(registry, at));
            assertTrue(failure.getMessage().contains("no TLS: "), failure.getMessage());
            copyClient(own);
            resolve(registry, at); // changed files count at once
        }
    }

    @Test
    void soItDoesToAnInsecureRegistry() throws Exception {
        try (var at = ScriptedServer.tlsForKnownClients(server.serverContext(client), Contents.of(image))) {
            copyClient(folderOf(at.host()));
            try (var registry = registry(Set.of(at.host()))) {
                resolve(registry, at);
            }
        }
    }

    @Test
    void whatIsMissingOrBrokenIsNamed() throws Exception {
        try (var at = ScriptedServer.tls(server.serverContext(), Contents.of(image));
                var registry = registry(Set.of())) {
            var own = folderOf(at.host());
            Files.copy(client.pem(), own.resolve("me.cert"));
            assertFails(registry, at, "me.cert: its key me.key is missing");
            Files.writeString(own.resolve("me.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
            assertFails(registry, at, "me.key: neither an RSA, an EC nor an Ed25519 key, or damaged");
            Files.writeString(own.resolve("me.key"), "nothing");
            assertFails(registry, at, "me.key: no private key");
            Files.delete(own.resolve("me.cert"));
            assertFails(registry, at, "me.key: its certificate me.cert is missing");
            Files.delete(own.resolve("me.key"));
            Files.writeString(own.resolve("ca.crt"), "nothing");
            assertFails(registry, at, "ca.crt: ");
            Files.write(own.resolve("ca.crt"), new byte[(1 << 20) + 1]);
            assertFails(registry, at, "ca.crt: more than 1048576 bytes");
            assertEquals(List.of(), at.requests());
        }
    }

    private void assertFails(Registry registry, ScriptedServer at, String why) {
        var failure = assertThrows(RegistryUnavailableException.class, () -> resolve(registry, at));
        assertTrue(failure.getMessage().contains(why), failure.getMessage());
    }

    @Test
    void aFolderIsFoundByHostAndPort() throws IOException {
        var folders = new CertificateFolders(List.of(folder.resolve("certs.d"), folder.resolve("more.d")));
        for (var name : List.of("a.example", "b.example:443", "c.example:5000", "[::1]:5000", "docker.io")) {
            folderOf(name);
        }
        assertEquals(Optional.of("a.example"), found(folders, "a.example"));
        assertEquals(Optional.of("b.example:443"), found(folders, "b.example"));
        assertEquals(Optional.of("c.example:5000"), found(folders, "c.example:5000"));
        assertEquals(Optional.of("[::1]:5000"), found(folders, "[::1]:5000"));
        assertEquals(Optional.of("docker.io"), found(folders, "registry-1.docker.io"));
        assertEquals(Optional.empty(), found(folders, "a.example:5000"));
        assertEquals(Optional.empty(), found(folders, "c.example"));
    }

    private static Optional<String> found(CertificateFolders folders, String authority) {
        return folders.of(Origin.of(true, authority))
                .map(path -> path.getFileName().toString());
    }

    @Test
    void olderFormsOfKeysAreRead() throws Exception {
        for (var algorithm : List.of("RSA", "EC")) {
            var key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
            var pkcs8 = key.getEncoded();
            assertEquals(key, PrivateKeys.parse(pem("PRIVATE KEY", pkcs8)));
            if (algorithm.equals("RSA")) {
                // Behind version, algorithm and the octet string's head stands the older form.
                var start = pkcs8.length - (pkcs8[24] & 0xff) * 256 - (pkcs8[25] & 0xff);
                assertEquals(
                        key, PrivateKeys.parse(pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, start, pkcs8.length))));
            }
        }
        var encrypted = pem("ENCRYPTED PRIVATE KEY", new byte[] {1});
        assertThrows(IllegalArgumentException.class, () -> PrivateKeys.parse(encrypted));
        for (var damaged : List.of(new byte[0], new byte[] {0x30}, new byte[] {0x30, (byte) 0x84, 1, 2, 3})) {
            assertNotNull(assertThrows(
                    IllegalArgumentException.class, () -> PrivateKeys.parse(pem("EC PRIVATE KEY", damaged))));
            assertNotNull(assertThrows(
                    IllegalArgumentException.class, () -> PrivateKeys.parse(pem("RSA PRIVATE KEY", damaged))));
        }
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }
}
