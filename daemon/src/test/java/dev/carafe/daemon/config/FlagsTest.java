package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsTest {
    private static <T> T value(Key<T> key, String... arguments) throws UsageException {
        return Flags.parse(List.of(arguments)).values().get(key);
    }

    private static String message(String... arguments) {
        return String.valueOf(assertThrows(UsageException.class, () -> Flags.parse(List.of(arguments)))
                .getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--log-level debug", "--log-level=debug", "-log-level debug", "-l debug", "-l=debug"})
    void aValueFollowsAsAWordOrAfterAnEqualsSign(String line) throws UsageException {
        assertEquals("debug", value(RuntimeKeys.LOG_LEVEL, line.split(" ")));
    }

    @ParameterizedTest
    @CsvSource({
        "-c, /c, config",
        "-d, /c, config_dir",
        "-r, /c, root",
        "-s, /c, storage_driver",
        "--tz, UTC, timezone",
    })
    void someFlagsHaveASecondName(String alias, String word, String name) throws UsageException {
        var flags = Flags.parse(List.of(alias, word));
        var key =
                Tables.options().filter(k -> k.name().equals(name)).findFirst().orElseThrow();
        assertEquals(word, flags.values().get(key));
    }

    @Test
    void aFlagOfTrueOrFalseStandsAloneOrHasItsValueAfterAnEqualsSign() throws UsageException {
        assertTrue(value(RuntimeKeys.READ_ONLY, "--read-only"));
        assertTrue(value(RuntimeKeys.READ_ONLY, "--read-only=1"));
        assertFalse(value(RuntimeKeys.READ_ONLY, "--read-only", "--read-only=false"));
        assertEquals(
                List.of("true"),
                Flags.parse(List.of("--read-only", "true")).rest(),
                "a word after it is the subcommand, as in CRI-O");
    }

    @Test
    void aListHasCommasOrItsFlagIsGivenAgain() throws UsageException {
        assertEquals(List.of("/a", "/b"), value(NetworkKeys.PLUGIN_DIRS, "--cni-plugin-dir=/a, /b"));
        assertEquals(
                List.of("/a", "/b"), value(NetworkKeys.PLUGIN_DIRS, "--cni-plugin-dir", "/a", "--cni-plugin-dir=/b"));
        assertEquals(
                List.of("A=1,2", "B=3"), value(RuntimeKeys.DEFAULT_ENV, "--default-env=A=1,2", "--default-env=B=3"));
        assertEquals(List.of(), value(NetworkKeys.PLUGIN_DIRS, "--cni-plugin-dir="));
    }

    @Test
    void theLastOfARepeatedFlagCounts() throws UsageException {
        assertEquals(7, value(RuntimeKeys.PIDS_LIMIT, "--pids-limit=5", "--pids-limit=0x7"));
    }

    @Test
    void durationsAreGos() throws UsageException {
        assertEquals(Duration.ofSeconds(90), value(ImageKeys.PULL_PROGRESS_TIMEOUT, "--pull-progress-timeout=1m30s"));
    }

    @Test
    void theSubcommandAndWhatFollowsIsLeftAlone() throws UsageException {
        var flags = Flags.parse(List.of("--root", "/r", "config", "--default", "--root=/x"));
        assertEquals(List.of("config", "--default", "--root=/x"), flags.rest());
        assertEquals("/r", flags.values().get(RootKeys.ROOT));
        assertEquals(List.of("-v"), Flags.parse(List.of("--", "-v")).rest());
        assertEquals(List.of("-"), Flags.parse(List.of("-")).rest());
        assertEquals(List.of(), Flags.parse(List.of()).rest());
    }

    @Test
    void helpAndVersionAreFlags() throws UsageException {
        assertTrue(Flags.parse(List.of("-h")).help());
        assertTrue(Flags.parse(List.of("--version")).version());
        assertFalse(Flags.parse(List.of()).help());
    }

    @Test
    void anUnknownFlagIsRefusedWithTheNearestOne() {
        assertEquals("unknown flag --log-levle; the nearest known one is --log-level", message("--log-levle=debug"));
        assertEquals("unknown flag --; the nearest known one is --log", message("--=x"));
    }

    @Test
    void aWrongValueIsRefusedWithWhatWouldBeRight() {
        assertEquals("--pids-limit must be a whole number, not \"many\"", message("--pids-limit", "many"));
        assertEquals("--root must be an absolute path, not \"here\"", message("-r", "here"));
        assertEquals("--read-only must be true or false, not \"perhaps\"", message("--read-only=perhaps"));
        assertEquals(
                "--cgroup-manager must be \"systemd\" or \"cgroupfs\", not \"mine\"", message("--cgroup-manager=mine"));
        assertEquals(
                "--cni-plugin-dir must be a list, and each of its strings an absolute path, not one with \"b\"",
                message("--cni-plugin-dir=/a,b"));
        assertEquals("--listen needs a value: an absolute path", message("--listen"));
    }

    @Test
    void theHelpNamesEachFlagWithItsDefaultAndVariable() {
        var help = FlagsHelp.text();
        Tables.options()
                .forEach(key -> assertTrue(help.contains("  --" + key.option().flag()), key.path()));
        assertTrue(help.contains("Default: \"info\"; $CONTAINER_LOG_LEVEL"), help);
        assertTrue(help.lines().allMatch(line -> line.length() <= 101), help);
    }
}
