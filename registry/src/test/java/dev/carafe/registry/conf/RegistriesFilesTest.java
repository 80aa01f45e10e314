package dev.carafe.registry.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistriesFilesTest {
    @TempDir
    private Path folder;

    private Path main() {
        return folder.resolve("registries.conf");
    }

    private RegistriesFilesTest main(String toml) throws IOException {
        Files.writeString(main(), toml);
        return this;
    }

    private RegistriesFilesTest dropIn(String name, String toml) throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("registries.conf.d")).resolve(name), toml);
        return this;
    }

    private RegistriesFiles files(ShortNameMode mode) {
        return new RegistriesFiles(main(), false, folder.resolve("registries.conf.d"), mode);
    }

    private RegistriesConf conf() throws IOException {
        return files(ShortNameMode.UNSET).read().conf();
    }

    private List<String> warnings() throws IOException {
        return withoutFolder(String.join("\n", files(ShortNameMode.UNSET).read().warnings()));
    }

    private List<String> errors() {
        return withoutFolder(assertThrows(
                        InvalidRegistriesException.class,
                        () -> files(ShortNameMode.UNSET).read())
                .getMessage());
    }

    private List<String> withoutFolder(String text) {
        return text.lines().map(line -> line.replace(folder + "/", "")).toList();
    }

    @Test
    void eachKeyIsRead() throws IOException {
        main("""
                unqualified-search-registries = ["quay.io/", "registry.example:5000"]
                short-name-mode = "permissive"
                credential-helpers = ["containers-auth.json", "pass"]
                [[registry]]
                prefix = "example.com/foo/"
                location = "inside.example:5000/bar"
                insecure = true
                blocked = true
                [[registry.mirror]]
                location = "one.example"
                insecure = true
                pull-from-mirror = "digest-only"
                [[registry.mirror]]
                location = "two.example/x"
                pull-from-mirror = "tag-only"
                [[registry.mirror]]
                location = "localhost/y"
                pull-from-mirror = "all"
                [[registry]]
                location = "quay.io"
                mirror-by-digest-only = true
                [[registry]]
                prefix = "*.example.org"
                [aliases]
                "app" = "quay.io/team/app"
                "team/tool" = "docker.io/tool"
                """);
        assertEquals(
                new RegistriesConf(
                        List.of(
                                new RegistryRule(
                                        "example.com/foo",
                                        "inside.example:5000/bar",
                                        true,
                                        true,
                                        false,
                                        List.of(
                                                new Mirror("one.example", true, Mirror.Use.DIGEST_ONLY),
                                                new Mirror("two.example/x", false, Mirror.Use.TAG_ONLY),
                                                new Mirror("localhost/y", false, Mirror.Use.ALL))),
                                new RegistryRule("quay.io", "quay.io", false, false, true, List.of()),
                                new RegistryRule("*.example.org", "", false, false, false, List.of())),
                        List.of("quay.io", "registry.example:5000"),
                        Map.of("app", "quay.io/team/app", "team/tool", "docker.io/tool"),
                        ShortNameMode.PERMISSIVE,
                        List.of("containers-auth.json", "pass")),
                conf());
        assertEquals(List.of(), warnings());
    }

    @Test
    void anEmptyFileIsAsNone() throws IOException {
        assertEquals(RegistriesConf.empty(), main("").conf());
        var missing = new RegistriesFiles(folder.resolve("none"), true, folder.resolve("none.d"), ShortNameMode.UNSET);
        assertEquals(RegistriesConf.empty(), missing.read().conf());
        assertEquals(RegistriesConf.empty(), RegistriesFiles.none().read().conf());
        Files.delete(main());
        assertEquals(List.of("registries.conf: can't be read: it does not exist"), errors());
    }

    @Test
    void laterFilesReplaceWhatTheyMention() throws IOException {
        main("""
                unqualified-search-registries = ["one.example"]
                credential-helpers = ["pass"]
                short-name-mode = "disabled"
                [[registry]]
                location = "a.example"
                insecure = true
                [[registry]]
                location = "b.example"
                [aliases]
                "kept" = "a.example/kept"
                "other" = "a.example/other"
                "gone" = "a.example/gone"
                """);
        dropIn("20.conf", "[[registry]]\nlocation = \"a.example\"\nblocked = true");
        dropIn("10.conf", """
                unqualified-search-registries = []
                short-name-mode = ""
                [[registry]]
                location = "a.example"
                [aliases]
                "other" = "b.example/other"
                "gone" = ""
                """);
        dropIn("30.conf.bak", "nonsense");
        dropIn("30", "nonsense");
        Files.createDirectories(folder.resolve("registries.conf.d/40.conf"));
        var conf = conf();
        assertEquals(
                List.of(
                        new RegistryRule("a.example", "a.example", false, true, false, List.of()),
                        new RegistryRule("b.example", "b.example", false, false, false, List.of())),
                conf.rules());
        assertEquals(List.of(), conf.searchRegistries());
        assertEquals(List.of("pass"), conf.credentialHelpers());
        assertEquals(ShortNameMode.DISABLED, conf.shortNameMode());
        assertEquals(Map.of("kept", "a.example/kept", "other", "b.example/other"), conf.aliases());
    }

    @Test
    void theShortNameModeOfTheDaemonCountsMore() throws IOException {
        main("short-name-mode = \"disabled\"");
        assertEquals(
                ShortNameMode.ENFORCING,
                files(ShortNameMode.ENFORCING).read().conf().shortNameMode());
    }

    @Test
    void version1IsRefused() throws IOException {
        main("\n[registries.search]\nregistries = ['docker.io']\n");
        assertEquals(
                List.of("registries.conf:2: registries is of version 1 of this format, which is not read; write"
                        + " [[registry]] tables, and unqualified-search-registries for registries.search"),
                errors());
    }

    @Test
    void whatIsWrongIsNamedWithItsFileAndLineAllAtOnce() throws IOException {
        main("""
                short-name-mode = "never"
                [[registry]]
                location = 5
                [[registry]]
                location = "x.example"
                insecure = "yes"
                """);
        dropIn("a.conf", "[[registry]\n");
        dropIn("aliases.conf", "[aliases#\u0007");
        dropIn("b.conf", "unqualified-search-registries = [\"hub\"]\n");
        assertEquals(
                List.of(
                        "registries.conf:3: registry.location must be a string",
                        "registries.conf:3: a registry needs a prefix or a location",
                        "registries.conf:6: registry.insecure must be true or false",
                        "registries.conf:1: short-name-mode must be \"enforcing\", \"permissive\" or \"disabled\"",
                        "registries.conf.d/a.conf:1: not valid TOML, column 11: Unexpected ']', expected ]] or .",
                        "registries.conf.d/aliases.conf:1: not valid TOML, column 9: Unexpected '#', expected ]",
                        "registries.conf.d/aliases.conf:1: not valid TOML, column 10: Unexpected '\\u0007', expected a"
                                + " newline or end-of-input",
                        "registries.conf.d/b.conf:1: unqualified-search-registries must have hosts, with a dot or a"
                                + " port, not \"hub\""),
                errors());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unqualified-search-registries = \"docker.io\"",
                "unqualified-search-registries = [1]",
                "unqualified-search-registries = [\"https://quay.io\"]",
                "credential-helpers = [\"../../bin/sh\"]",
                "registry = 1",
                "registry = [1]",
                "[registry]\nlocation = \"a.example\"",
                "[[registry]]\nblocked = true",
                "[[registry]]\nprefix = \"a.example\"",
                "[[registry]]\nlocation = \"https://a.example\"",
                "[[registry]]\nlocation = \"a.example/UPPER\"",
                "[[registry]]\nlocation = \"alone\"",
                "[[registry]]\nprefix = \"*.a.example/x\"",
                "[[registry]]\nprefix = \"*.a.example:5000\"",
                "[[registry]]\nprefix = \"a.*.example\"\nlocation = \"a.example\"",
                "[[registry]]\nprefix = \"a.example/x:1\"\nlocation = \"b.example/x\"",
                "[[registry]]\nlocation = \"a.example\"\n[[registry.mirror]]\nlocation = \"b.example/x:1\"",
                "[[registry]]\nlocation = \"a.example\"\npull-from-mirror = \"all\"",
                "[[registry]]\nlocation = \"a.example\"\nmirror = 1",
                "[[registry]]\nlocation = \"a.example\"\n[[registry.mirror]]\ninsecure = true",
                "[[registry]]\nlocation = \"a.example\"\n[[registry.mirror]]\nlocation = \"b.example\"\n"
                        + "pull-from-mirror = \"never\"",
                "[[registry]]\nlocation = \"a.example\"\nmirror-by-digest-only = true\n[[registry.mirror]]\n"
                        + "location = \"b.example\"\npull-from-mirror = \"all\"",
                "[[registry]]\nlocation = \"a.example\"\n[[registry]]\nlocation = \"a.example\"\ninsecure = true",
                "[aliases]\n\"a.example/x\" = \"b.example/x\"",
                "[aliases]\n\"x:1\" = \"b.example/x\"",
                "[aliases]\n\"x\" = \"b.example/x:1\"",
                "[aliases]\n\"x\" = \"y\"",
                "[aliases]\n\"x\" = 1",
                "aliases = []"
            })
    void whatCantBeMeantIsRefused(String toml) throws IOException {
        main(toml);
        assertTrue(
                errors().stream().allMatch(line -> line.matches("registries\\.conf:\\d+: .+")),
                () -> errors().toString());
    }

    @Test
    void whatIsNotKnownIsWarnedOf() throws IOException {
        main("""
                colour = "red"
                additional-layer-store-auth-helper = "x"
                [[registry]]
                location = "a.example"
                speed = 1
                [[registry.mirror]]
                location = "b.example"
                "odd key" = 1
                """);
        assertEquals(
                List.of(
                        "registries.conf:2: additional-layer-store-auth-helper has no effect: there are no additional"
                                + " layer stores",
                        "registries.conf:8: registry.mirror.\"odd key\" is not known and has no effect",
                        "registries.conf:5: registry.speed is not known and has no effect",
                        "registries.conf:1: colour is not known and has no effect"),
                warnings());
    }

    @Test
    void aFileThatEveryUserMayWriteIsRefused() throws IOException {
        main("");
        Files.setPosixFilePermissions(main(), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertEquals(List.of("registries.conf: every user may write here; take that away (chmod o-w)"), errors());
    }

    @Test
    void whatIsNoTextOrTooLargeIsRefused() throws IOException {
        Files.write(main(), new byte[] {(byte) 0xff});
        dropIn("a.conf", "#".repeat((1 << 20) + 1));
        dropIn("b.conf", "a = " + "[".repeat(100_000));
        Files.createDirectories(folder.resolve("folder"));
        var errors = errors();
        assertEquals(
                List.of(
                        "registries.conf: this file is not text in UTF-8",
                        "registries.conf.d/a.conf: this file has more than 1048576 bytes"),
                errors.subList(0, 2));
        assertTrue(errors.get(2).startsWith("registries.conf.d/b.conf"), errors.toString());
    }

    @ParameterizedTest
    @CsvSource({"changed", "added", "removed"})
    void stampsTellWhenAFileHas(String what) throws IOException {
        main("").dropIn("a.conf", "");
        var before = files(ShortNameMode.UNSET).stamps();
        assertEquals(before, files(ShortNameMode.UNSET).stamps());
        switch (what) {
            case "changed" -> dropIn("a.conf", "short-name-mode = \"disabled\"");
            case "added" -> dropIn("b.conf", "");
            default -> Files.delete(main());
        }
        assertNotEquals(before, files(ShortNameMode.UNSET).stamps());
    }
}
