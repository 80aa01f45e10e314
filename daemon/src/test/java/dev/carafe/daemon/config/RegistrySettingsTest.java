package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.registry.RegistryConfig;
import dev.carafe.registry.conf.ShortNameMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrySettingsTest {
    @TempDir
    private Path temporary;

    private ConfigurationFolder folder;
    private Path programs;

    @BeforeEach
    void setUp() throws IOException {
        folder = new ConfigurationFolder(temporary);
        programs = Files.createDirectory(temporary.resolve("bin"));
        for (var name : List.of("crun", "conmon")) {
            Files.setPosixFilePermissions(
                    Files.writeString(programs.resolve(name), ""), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private EngineSettings settings(Map<String, String> environment, String... flags) throws IOException {
        var host = new Host(List.of(programs), true, environment);
        return EngineSettings.of(folder.load(flags).configuration(), host);
    }

    private RegistryConfig registry(Map<String, String> environment, String... flags) throws IOException {
        return settings(environment, flags).config().registry();
    }

    private static ShortNameMode shortNameMode(RegistryConfig registry) {
        return registry.registries().read().conf().shortNameMode();
    }

    @Test
    void registriesConfIsReadAndItsFindingsAreTheDaemons() throws IOException {
        Files.writeString(folder.registries(), "colour = \"red\"\n[aliases]\nbox = \"a.example/box\"\n");
        var settings = settings(Map.of());
        assertEquals(
                Map.of("box", "a.example/box"),
                settings.config().registry().registries().read().conf().aliases());
        assertEquals(List.of(folder.registries() + ":1: colour is not known and has no effect"), settings.warnings());
        Files.writeString(folder.registries(), "[aliases]\nbox = 1\n[[registry]]\nlocation = 2\n");
        var failure = assertThrows(ConfigurationException.class, () -> settings(Map.of()));
        assertEquals(
                List.of(
                        folder.registries() + ":4: registry.location must be a string",
                        folder.registries() + ":4: a registry needs a prefix or a location",
                        folder.registries() + ":2: aliases.box must be a string"),
                failure.getMessage().lines().toList());
    }

    @Test
    void theCommonVariableNamesTheFileUnlessAFlagDoes() throws IOException {
        var other = Files.writeString(temporary.resolve("other.conf"), "short-name-mode = \"disabled\"");
        var environment = Map.of("CONTAINERS_REGISTRIES_CONF", other.toString());
        assertEquals(ShortNameMode.UNSET, shortNameMode(registry(environment)));
        assertEquals(ShortNameMode.DISABLED, shortNameMode(registry(environment, "--registries-conf", "")));
        assertThrows(
                ConfigurationException.class,
                () -> registry(Map.of("CONTAINERS_REGISTRIES_CONF", "other.conf"), "--registries-conf", ""));
    }

    @Test
    void crioConfsShortNameModeCountsMoreWhereItIsSet() throws IOException {
        Files.writeString(folder.registries(), "short-name-mode = \"permissive\"");
        assertEquals(ShortNameMode.PERMISSIVE, shortNameMode(registry(Map.of())));
        folder.main("[crio.image]\nshort_name_mode = \"enforcing\"");
        assertEquals(ShortNameMode.ENFORCING, shortNameMode(registry(Map.of())));
        folder.main("[crio.image]\nshort_name_mode = \"disabled\"\nauto_reload_registries = true");
        assertEquals(ShortNameMode.DISABLED, shortNameMode(registry(Map.of())));
        assertTrue(registry(Map.of()).registries().autoReload());
    }

    @Test
    void theAuthFilesAreTheConfiguredOneOrTheUsualOnes() throws IOException {
        assertEquals(
                List.of(
                        Path.of("/run/containers/0/auth.json"),
                        Path.of("/root/.config/containers/auth.json"),
                        Path.of("/root/.docker/config.json")),
                registry(Map.of("HOME", "/root")).credentials().files());
        var auth = temporary.resolve("auth.json");
        folder.main("[crio.image]\nglobal_auth_file = \"" + auth + "\"\nnamespaced_auth_dir = \"/n\"");
        var settings = settings(Map.of("HOME", "/root"));
        var credentials = settings.config().registry().credentials();
        assertEquals(List.of(auth), credentials.files());
        assertEquals(Path.of("/n"), credentials.namespaceFolder());
        assertEquals(List.of(programs), credentials.programFolders());
        assertEquals(1, settings.warnings().size());
        assertTrue(
                settings.warnings().getFirst().contains("there is no file"),
                settings.warnings().getFirst());
        Files.writeString(auth, "{}");
        assertEquals(List.of(), settings(Map.of()).warnings());
    }

    @Test
    void proxiesComeFromTheEnvironment() throws IOException {
        var proxies = registry(Map.of("HTTPS_PROXY", "http://joe:secret@proxy.example:3128"))
                .proxies();
        assertEquals(List.of("https by http://proxy.example:3128"), proxies.shown());
        var failure = assertThrows(
                ConfigurationException.class, () -> registry(Map.of("http_proxy", "socks5://joe:secret@x")));
        assertTrue(failure.getMessage().startsWith("environment variable http_proxy: "), failure.getMessage());
        assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
    }
}
