package dev.carafe.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Digest;
import dev.carafe.oci.Reference;
import dev.carafe.registry.Credentials;
import dev.carafe.registry.RegistryConfig;
import dev.carafe.registry.RegistryRules;
import dev.carafe.registry.conf.RegistriesConf;
import dev.carafe.registry.conf.RegistriesFiles;
import dev.carafe.registry.conf.ShortNameMode;
import dev.carafe.registry.conf.Stamps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringsTest {
    private static final Reference ASKED = Reference.parse("a.example/team/app:1");
    private static final Reference MIRROR = Reference.parse("mirror.example/team/app:1");
    private static final Credentials JOE = new Credentials("joe", "secret", "", "");

    private final FakePrograms programs = new FakePrograms();

    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        write(folder.resolve("first.json"), "a.example/team", "first");
        write(folder.resolve("second.json"), "a.example", "second");
        Files.createDirectory(folder.resolve("namespaces"));
    }

    private static void write(Path file, String key, String user) throws IOException {
        var auth = Base64.getEncoder().encodeToString((user + ":x").getBytes(StandardCharsets.UTF_8));
        Files.writeString(file, "{\"auths\":{\"" + key + "\":{\"auth\":\"" + auth + "\"}}}");
    }

    private Keyrings keyrings(String... helpers) {
        var conf = new RegistriesConf(List.of(), List.of("docker.io"), Map.of(), ShortNameMode.UNSET, List.of(helpers));
        var read = new RegistriesFiles.Read(conf, List.of(), new Stamps(Map.of()));
        return new Keyrings(
                new RegistryConfig.CredentialFiles(
                        List.of(
                                folder.resolve("missing.json"),
                                folder.resolve("first.json"),
                                folder.resolve("second.json")),
                        folder.resolve("namespaces"),
                        List.of()),
                new RegistryRules(new RegistryConfig.Registries(RegistriesFiles.none(), read, false)),
                programs);
    }

    private String user(Keyrings keyrings, RequestCredentials request, Reference place) throws Exception {
        return keyrings.keyring(request, Optional.empty())
                .credentials(ASKED, place)
                .user();
    }

    @Test
    void theRequestsCredentialsCountBeforeFilesButNotForMirrors() throws Exception {
        var keyrings = keyrings(RegistriesConf.AUTH_FILES);
        assertEquals("joe", user(keyrings, new RequestCredentials(JOE, ""), ASKED));
        assertEquals("", user(keyrings, new RequestCredentials(JOE, ""), MIRROR));
        write(folder.resolve("second.json"), "mirror.example", "mirror");
        assertEquals("mirror", user(keyrings, new RequestCredentials(JOE, ""), MIRROR));
    }

    @ParameterizedTest
    @CsvSource({
        "'', joe",
        "a.example, joe",
        "https://a.example, joe",
        "https://a.example/v2/, joe",
        "a.example/v2, joe",
        "a.example:443, joe",
        "b.example, first",
        "https://a.example.org, first",
        "a.example:5000, first",
    })
    void credentialsForAnotherServerAreNotShown(String server, String user) throws Exception {
        assertEquals(user, user(keyrings(RegistriesConf.AUTH_FILES), new RequestCredentials(JOE, server), ASKED));
    }

    @Test
    void dockersHubHasSeveralNames() {
        var hub = Reference.parse("nginx");
        for (var server : List.of("docker.io", "index.docker.io", "https://index.docker.io/v1/")) {
            assertTrue(new RequestCredentials(JOE, server).areFor(hub, hub), server);
        }
        assertFalse(new RequestCredentials(JOE, "https://hub.docker.com").areFor(hub, hub));
    }

    @Test
    void theFirstFileWithCredentialsCounts() throws Exception {
        var keyrings = keyrings(RegistriesConf.AUTH_FILES);
        assertEquals("first", user(keyrings, RequestCredentials.none(), ASKED));
        assertEquals("second", user(keyrings, RequestCredentials.none(), Reference.parse("a.example/other:1")));
        assertEquals("", user(keyrings, RequestCredentials.none(), MIRROR));
    }

    @Test
    void programsAndFilesAreAskedInTheOrderOfRegistriesConf() throws Exception {
        programs.knows("a.example", "{\"Username\":\"program\",\"Secret\":\"x\"}");
        assertEquals("program", user(keyrings("pass", RegistriesConf.AUTH_FILES), RequestCredentials.none(), ASKED));
        assertEquals("first", user(keyrings(RegistriesConf.AUTH_FILES, "pass"), RequestCredentials.none(), ASKED));
        assertEquals("program", user(keyrings("pass"), RequestCredentials.none(), ASKED));
        assertEquals(List.of("pass a.example", "pass a.example"), programs.asked());
    }

    @Test
    void aPullAsksOnce() throws Exception {
        programs.knows("a.example", "{\"Username\":\"program\",\"Secret\":\"x\"}");
        var keyring = keyrings("pass").keyring(RequestCredentials.none(), Optional.empty());
        for (var i = 0; i < 3; i++) {
            assertEquals("program", keyring.credentials(ASKED, ASKED).user());
        }
        assertEquals(1, programs.asked().size());
    }

    @Test
    void aFailureIsNoAbsence() {
        programs.failsFor("a.example", "locked");
        var keyrings = keyrings("pass", RegistriesConf.AUTH_FILES);
        assertThrows(IOException.class, () -> user(keyrings, RequestCredentials.none(), ASKED));
    }

    private Path namespaceFile(String namespace, String name) {
        var hash = Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).hex();
        return folder.resolve("namespaces").resolve(namespace + "-" + hash + ".json");
    }

    @Test
    void aNamespacesFileStandsInPlaceOfTheOthersAndIsUsedOnce() throws Exception {
        var keyrings = keyrings(RegistriesConf.AUTH_FILES);
        var file = namespaceFile("shop", "a.example/team/app");
        write(file, "a.example", "shop");
        var own = keyrings.take("shop", "a.example/team/app:1");
        assertFalse(Files.exists(file));
        var keyring = keyrings.keyring(RequestCredentials.none(), own);
        assertEquals("shop", keyring.credentials(ASKED, ASKED).user());
        assertEquals(Optional.empty(), keyrings.take("shop", "a.example/team/app:1"));
        write(file, "b.example", "shop");
        var other = keyrings.keyring(RequestCredentials.none(), keyrings.take("shop", "a.example/team/app:1"));
        assertEquals(Credentials.none(), other.credentials(ASKED, ASKED));
    }

    @Test
    void theFileIsNamedByTheFullNameOfTheImage() throws Exception {
        var keyrings = keyrings(RegistriesConf.AUTH_FILES);
        write(namespaceFile("shop", "docker.io/library/nginx"), "docker.io", "hub");
        assertTrue(keyrings.take("shop", "nginx:1.2").isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../shop", "a/b", "Shop", "shop "})
    void whatIsNoNamespaceHasNoFile(String namespace) throws Exception {
        var keyrings = keyrings(RegistriesConf.AUTH_FILES);
        assertEquals(Optional.empty(), keyrings.take(namespace, "a.example/team/app:1"));
    }

    @Test
    void aBrokenFileIsAnErrorAndGone() throws Exception {
        var file = Files.writeString(namespaceFile("shop", "a.example/team/app"), "{\"auths\":");
        var keyrings = keyrings(RegistriesConf.AUTH_FILES);
        var failure = assertThrows(IOException.class, () -> keyrings.take("shop", "a.example/team/app:1"));
        assertTrue(failure.getMessage().startsWith(file.toString()), failure.getMessage());
        assertFalse(Files.exists(file));
    }
}
