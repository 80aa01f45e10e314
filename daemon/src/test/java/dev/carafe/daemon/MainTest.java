package dev.carafe.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.carafe.oci.Digest;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StorageConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
                List.of("complete"),
                List.of("completion", "tcsh"),
                List.of("--config"))) {
            err.reset();
            assertEquals(2, run(arguments.toArray(String[]::new)), () -> "of " + arguments);
            assertEquals(1, err().lines().count(), err());
            assertTrue(err().startsWith("carafe: "), err());
        }
        assertEquals("", out());
    }

    private int check(String... arguments) {
        var all = new ArrayList<>(List.of("--root", folder.resolve("root").toString()));
        all.addAll(List.of("--runroot", folder.resolve("run").toString(), "--config", "", "--config-dir", "", "check"));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    @Test
    void theCheckOfAWholeStoreIsZero() throws IOException {
        Files.createDirectory(folder.resolve("root"));
        assertEquals(0, check("--deep"), this::err);
        assertTrue(out().contains("0 layers with 0 files"), out());
    }

    @Test
    void theCheckOfADamagedStoreIsOneAndItsRepairZero() throws Exception {
        var config = new StorageConfig(folder.resolve("root"), folder.resolve("run"));
        var tar = new byte[1024]; // a layer without files
        try (var layers = Layers.open(config)) {
            layers.unpack(Digest.sha256(tar), "a test's", () -> new ByteArrayInputStream(tar));
        }
        assertEquals(0, check(), this::err);
        var files = folder.resolve("root/layers/sha256/" + Digest.sha256(tar).hex() + "/fs");
        Files.writeString(files.resolve("evil\nname"), "x");
        assertEquals(1, check());
        assertTrue(out().contains("layer " + Digest.sha256(tar) + " is damaged"), out());
        assertEquals(0, check("--repair"));
        assertEquals(0, check("--deep"));
        assertTrue(out().endsWith("none is damaged\n"), out());
    }

    @Test
    void theCheckKeepsAwayFromADaemonsStore() throws IOException {
        try (var _ = FolderLock.take(folder.resolve("root"))) {
            assertEquals(1, check());
        }
        assertTrue(err().contains("another daemon"), err());
    }

    @Test
    void theCheckNeedsAStoreAndKnowsItsFlags() {
        assertEquals(1, check());
        assertTrue(err().contains("no store"), err());
        for (var flag : List.of("--age", "--force", "--wipe", "--no-such")) {
            assertEquals(2, check(flag), flag);
        }
        assertEquals(2, check("--age", "soon"));
        assertEquals(1, check("-q", "--quiet", "--deep", "-r", "-f", "-w", "--age", "1h30m"));
    }

    @Test
    void layersThatNobodyUsesAreRemovedOnceTheyAreOldEnough() throws Exception {
        var tar = new byte[1024]; // a layer without files
        try (var layers = Layers.open(new StorageConfig(folder.resolve("root"), folder.resolve("run")))) {
            layers.unpack(Digest.sha256(tar), "a test's", () -> new ByteArrayInputStream(tar));
        }
        assertEquals(0, check("--quiet"), this::err);
        assertEquals("", out());
        assertEquals(0, check("--age", "0"), this::err);
        assertTrue(out().startsWith("1 layers are used by nobody"), out());
        assertEquals(0, check("--repair"), this::err);
        assertTrue(Files.exists(
                folder.resolve("root/layers/sha256/" + Digest.sha256(tar).hex())));
        assertEquals(0, check("--repair", "--age", "0"), this::err);
        assertFalse(Files.exists(
                folder.resolve("root/layers/sha256/" + Digest.sha256(tar).hex())));
    }

    @Test
    void theWipeKnowsItsFlags() {
        assertEquals(2, run("wipe", "--no-such"));
    }

    private int images(String... arguments) throws IOException {
        Files.createDirectories(folder.resolve("crio"));
        var policy = folder.resolve("policy.json");
        Files.writeString(policy, "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
        Files.writeString(folder.resolve("crio/crio.conf"), "[crio.image]\nsignature_policy = \"" + policy + "\"\n");
        var all = new ArrayList<>(List.of("--root", folder.resolve("root").toString()));
        all.addAll(List.of("--runroot", folder.resolve("run").toString(), "--config"));
        all.addAll(List.of(folder.resolve("crio/crio.conf").toString(), "--config-dir", "", "images"));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    @Test
    void anImageIsImportedWithoutADaemon() throws IOException {
        assertEquals(
                0,
                images(
                        "import",
                        DirectoryImage.write(folder.resolve("image")).toString(),
                        "--name",
                        "registry.example/app:1"),
                this::err);
        assertTrue(out().startsWith("imported registry.example/app:1 as "), out());
        assertEquals(0, check("--deep"), this::err);
        assertTrue(out().contains("1 layers with 0 files"), out());
    }

    @Test
    void anImportKeepsAwayFromADaemonsStore() throws IOException {
        try (var _ = FolderLock.take(folder.resolve("root"))) {
            assertEquals(
                    1,
                    images(
                            "import",
                            DirectoryImage.write(folder.resolve("image")).toString()));
        }
        assertTrue(err().contains("another daemon"), err());
    }

    @Test
    void anImportKnowsItsFlags() throws IOException {
        assertEquals(2, images());
        assertEquals(2, images("import"));
        assertEquals(2, images("import", "--name"));
        assertEquals(2, images("import", "--no-such", "a"));
        assertEquals(2, images("import", "a", "b", "--name", "c"));
        assertEquals(1, images("import", "/no/such/folder"));
    }

    @Test
    void anImageIsExportedWithoutADaemon() throws IOException {
        var image = DirectoryImage.write(folder.resolve("image")).toString();
        assertEquals(0, images("import", image, "--name", "registry.example/app:1"), this::err);
        for (var format : List.of("archive", "oci", "dir")) {
            var path = folder.resolve("exported-" + format);
            out.reset();
            assertEquals(
                    0,
                    images("export", "registry.example/app:1", "--to", path.toString(), "--format", format),
                    this::err);
            assertTrue(out().startsWith("exported "), out());
            assertEquals(0, images("import", path.toString()), this::err);
        }
    }

    @Test
    void anExportKnowsItsFlagsAndNeedsAStore() throws IOException {
        assertEquals(2, images("export"));
        assertEquals(2, images("export", "a"));
        assertEquals(2, images("export", "--to", "a"));
        assertEquals(2, images("export", "a", "--to"));
        assertEquals(2, images("export", "a", "--to", "b", "--format", "zip"));
        assertEquals(2, images("export", "a", "--no-such", "b"));
        assertEquals(1, images("export", "a", "--to", folder.resolve("b").toString()));
        assertTrue(err().contains("no store"), err());
    }

    @Test
    void completionsAndManualsArePrinted() {
        for (var command : List.of("complete bash", "completion zsh", "complete fish", "man", "markdown", "md")) {
            out.reset();
            assertEquals(0, run(command.split(" ")), command);
            assertTrue(out().contains("listen"), out());
        }
        assertEquals("", err());
    }

    @Test
    void aStatusWithoutADaemonIsOneClearLine() {
        var socket = folder.resolve("s").toString();
        assertEquals(1, run("--config", "", "--config-dir", "", "status", "info", "--socket", socket));
        assertEquals(1, err().lines().count(), err());
        assertTrue(err().startsWith("carafe: can't ask the daemon at " + socket), err());
        assertEquals(2, run("--config", "", "--config-dir", "", "status", "nothing"));
    }

    @Test
    void theTestClientGetsTheRestOfTheLine() {
        assertEquals(0, run("ctl", "--help"));
        assertTrue(out().contains("carafe ctl"), out());
        assertEquals(2, run("ctl", "no-such-verb"));
    }
}
