package dev.carafe.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The command line, but for the daemon itself.
class MainTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return new Main(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of())
                .run(List.of(arguments));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theVersionIsTheProjects() {
        assertEquals(0, run("version"));
        assertTrue(out().matches("(?s)carafe version \\d+\\.\\d+\\.\\d+\\S*\n.*"), out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v", "--version"})
    void theVersionIsAFlagToo(String flag) {
        assertEquals(0, run(flag));
        assertTrue(out().startsWith("carafe version "), out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-j", "--json"})
    void theVersionIsAlsoJson(String flag) {
        assertEquals(0, run("version", flag, "--verbose"));
        var version = JsonParser.parseString(out()).getAsJsonObject();
        assertEquals(Build.read().version(), version.get("version").getAsString());
        assertTrue(version.get("javaVersion").getAsString().startsWith("25"), out());
        assertFalse(version.getAsJsonArray("libraries").isEmpty(), out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help", "help", "h"})
    void helpNamesSubcommandsAndFlags(String word) {
        assertEquals(0, run(word));
        for (var name : List.of("config [--default]", "ctl ", "version [", "--config", "--listen", "--log-level")) {
            assertTrue(out().contains(name), name);
        }
        assertEquals("", err());
    }

    @Test
    void theConfigurationThatHoldsIsPrinted() throws IOException {
        var file = Files.writeString(folder.resolve("crio.conf"), "[crio.api]\nlisten = \"/x/y.sock\"\n");
        assertEquals(
                0,
                run(
                        "--config",
                        file.toString(),
                        "--config-dir",
                        folder.resolve("none").toString(),
                        "config"));
        assertTrue(out().contains("\nlisten = \"/x/y.sock\"\n"), out());
        out.reset();
        assertEquals(0, run("--config", file.toString(), "config", "--default"));
        assertTrue(out().contains("\n# listen = "), out());
    }

    @Test
    void aWrongConfigurationIsOneWithItsPlace() throws IOException {
        var file = Files.writeString(folder.resolve("crio.conf"), "[crio.runtime]\nlog_level = \"loud\"\n");
        assertEquals(
                1,
                run(
                        "--config",
                        file.toString(),
                        "--config-dir",
                        folder.resolve("none").toString(),
                        "config"));
        assertTrue(err().contains(file + ":2: crio.runtime.log_level"), err());
        assertFalse(err().contains("\tat "), err());
    }

    @Test
    void aWrongCommandLineIsTwo() {
        for (var arguments : List.of(
                List.of("--no-such-flag"),
                List.of("no-such-command"),
                List.of("version", "--no"),
                List.of("config", "default"),
                List.of("--config"))) {
            err.reset();
            assertEquals(2, run(arguments.toArray(String[]::new)), () -> "of " + arguments);
            assertEquals(1, err().lines().count(), err());
            assertTrue(err().startsWith("carafe: "), err());
        }
        assertEquals("", out());
    }

    @Test
    void theTestClientGetsTheRestOfTheLine() {
        assertEquals(0, run("ctl", "--help"));
        assertTrue(out().contains("carafe ctl"), out());
        assertEquals(2, run("ctl", "no-such-verb"));
    }
}
