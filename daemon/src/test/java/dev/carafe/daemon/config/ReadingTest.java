package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadingTest {
    @TempDir
    private Path temporary;

    private ConfigurationFolder folder;

    @BeforeEach
    void setUp() {
        folder = new ConfigurationFolder(temporary);
    }

    static String crioConf() throws IOException {
        try (var in = Objects.requireNonNull(ReadingTest.class.getResourceAsStream("crio.conf"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aFileThatWasWrittenForCrioLoads() throws IOException {
        var loaded = folder.main(crioConf()).load();
        var values = loaded.configuration().values();
        assertEquals("/var/lib/containers/storage", values.get(RootKeys.ROOT));
        assertEquals(List.of("overlay.mountopt=nodev,metacopy=on"), values.get(RootKeys.STORAGE_OPTION));
        assertEquals("runc", values.get(RuntimeKeys.DEFAULT_RUNTIME));
        assertEquals(List.of("nofile=65535:65535"), values.get(RuntimeKeys.DEFAULT_ULIMITS));
        assertEquals(30, values.get(RuntimeKeys.CTR_STOP_TIMEOUT));
        assertEquals(Duration.ofSeconds(10), values.get(ImageKeys.PULL_PROGRESS_TIMEOUT));
        assertEquals(List.of("registry.k8s.io/pause:3.10.1", "*agent*"), values.get(ImageKeys.PINNED_IMAGES));
        assertEquals(List.of("/opt/cni/bin/", "/usr/libexec/cni"), values.get(NetworkKeys.PLUGIN_DIRS));
        var handlers = loaded.configuration().handlers();
        assertEquals(List.of("crun", "runc", "kata-qemu"), List.copyOf(handlers.keySet()));
        assertEquals("vm", handlers.getOrDefault("kata-qemu", new Values()).get(HandlerKeys.RUNTIME_TYPE));
        assertEquals(
                Map.of("linux/arm64", "/usr/bin/crun-arm64"),
                handlers.getOrDefault("crun", new Values()).get(HandlerKeys.PLATFORM_RUNTIME_PATHS));
        var workload = loaded.configuration().workloads().getOrDefault("management", new Values());
        assertEquals("target.workload.openshift.io/management", workload.get(WorkloadKeys.ACTIVATION_ANNOTATION));
        assertEquals("0-1,52-53", workload.get(WorkloadKeys.CPUSET));
        assertTrue(
                loaded.warnings().stream().noneMatch(w -> w.contains("unknown")),
                () -> String.join("\n", loaded.warnings()));
    }

    @Test
    void aKeyThatIsNotBuiltIsAcceptedWithOneWarning() throws IOException {
        folder.main("[crio.runtime]\npinns_path = \"\"\nseparate_pull_cgroup = \"a\"\n")
                .dropIn("1", "[crio.runtime]\nseparate_pull_cgroup = \"b\"\n");
        assertEquals(
                List.of(
                        "crio.conf.d/1:2: crio.runtime.separate_pull_cgroup is not built yet and has no effect",
                        "crio.conf:2: crio.runtime.pinns_path has no effect: the daemon pins namespaces itself"),
                folder.warnings());
    }

    @Test
    void aDeprecatedKeyWarnsOfWhatReplacesIt() throws IOException {
        folder.main("[crio.runtime]\nconmon = \"/usr/bin/conmon\"\n");
        assertEquals(
                List.of("crio.conf:2: crio.runtime.conmon is deprecated: use monitor_path of the handlers"),
                folder.warnings());
    }

    @Test
    void aKeyOfSeveralHandlersWarnsOnce() throws IOException {
        folder.main("""
                [crio.runtime.runtimes.a]
                monitor_exec_cgroup = "container"
                [crio.runtime.runtimes.b]
                monitor_exec_cgroup = "container"
                """);
        assertEquals(
                List.of("crio.conf:2: crio.runtime.runtimes.<name>.monitor_exec_cgroup has no effect: commands have no"
                        + " monitor and run in the container's group"),
                folder.warnings());
    }

    @Test
    void anUnknownKeyIsAWarningWithLineAndNearestKey() throws IOException {
        folder.main("""
                # first
                [crio.runtime]
                log_levl = "debug"
                [crio]
                log_level = "debug"
                [crio.runtime.runtimes.crun]
                runtimepath = 5
                """);
        assertEquals(
                List.of(
                        "crio.conf:3: unknown key crio.runtime.log_levl is ignored; the nearest known one is"
                                + " crio.runtime.log_level",
                        "crio.conf:7: unknown key crio.runtime.runtimes.crun.runtimepath is ignored; the nearest known"
                                + " one is crio.runtime.runtimes.<name>.runtime_path",
                        "crio.conf:5: unknown key crio.log_level is ignored; the nearest known one is crio.runtime.log_level"),
                folder.warnings());
    }

    @Test
    void anUnknownTableIsOneWarning() throws IOException {
        folder.main("[crio.metric]\nenable_metrics = true\nmetrics_port = 1\n[cri]\nx = 1\n");
        assertEquals(
                List.of(
                        "crio.conf:1: unknown table crio.metric is ignored; the nearest known one is crio.metrics",
                        "crio.conf:4: unknown table cri is ignored; the nearest known one is crio"),
                folder.warnings());
    }

    @Test
    void theNameOfAForeignKeyCannotForgeALine() throws IOException {
        folder.main("[crio]\n\"a\\nb\" = 1\n");
        assertEquals(
                List.of("crio.conf:2: unknown key crio.\"a\\nb\" is ignored; the nearest known one is crio.api"),
                folder.warnings());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            crio.runtime | pids_limit = "many"          | must be a whole number, not "many"
            crio.runtime | pids_limit = 1.5             | must be a whole number, not 1.5
            crio.runtime | pids_limit = [1]             | must be a whole number, not a list
            crio.runtime | read_only = "true"           | must be true or false, not "true"
            crio.runtime | read_only = 1                | must be true or false, not 1
            crio.runtime | default_env = "A=1"          | must be a list, and each of its strings NAME=value, not "A=1"
            crio.runtime | default_env = ["A=1", "B"]   | must be a list, and each of its strings NAME=value, not one with "B"
            crio.runtime | default_env = [1]            | must be a list, and each of its strings NAME=value, not one with 1
            crio.runtime | log_level = "loud"           | must be "fatal", "panic", "error", "warn", "warning", "info", "debug" or "trace", not "loud"
            crio.runtime | log_size_max = 100           | must be a whole number, at least 8192, or negative, not 100
            crio.runtime | timezone = "Mars/Base"       | must be a time zone such as "Europe/Berlin", "Local" or "", not "Mars/Base"
            crio.runtime | infra_ctr_cpuset = "3-1"     | must be a list of CPUs such as "0-3,8", or "", not "3-1"
            crio.runtime | log_filter = "("             | must be a regular expression, not "("
            crio.runtime | cgroup_manager = "none"      | must be "systemd" or "cgroupfs", not "none"
            crio.runtime | default_ulimits = ["nofile"] | must be a list, and each of its strings name=soft:hard, not one with "nofile"
            crio.runtime | conmon_cgroup = "mine"       | must be "pod", the name of a systemd slice, or "", not "mine"
            crio.runtime | ctr_stop_timeout = -1        | must be a whole number from 0 to 2147483647, not -1
            crio.api     | listen = "crio.sock"         | must be an absolute path, not "crio.sock"
            crio.api     | listen = ""                  | must be an absolute path, not ""
            crio.api     | listen = "/a\\u0000b"        | must be an absolute path, not "/a\\u0000b"
            crio.api     | stream_port = "70000"        | must be the number of a port, 0 to 65535, in quotes, not "70000"
            crio.api     | stream_port = 0              | must be the number of a port, 0 to 65535, in quotes, not 0
            crio.api     | stream_address = "a b"       | must be an IP address or a host's name, not "a b"
            crio.api     | stream_idle_timeout = "4"    | must be a duration such as "1m30s", or "", not "4"
            crio.image   | pull_progress_timeout = "x"  | must be a duration such as "1m30s", not "x"
            crio.image   | pull_progress_timeout = -5   | must be a duration such as "1m30s", not -5
            crio.image   | pause_image = "UPPER"        | must be the name of an image, not "UPPER"
            crio.image   | image_volumes = 1979-05-27   | must be "mkdir", "bind" or "ignore", not a date or time
            crio.metrics | metrics_port = 65536         | must be a whole number from 0 to 65535, not 65536
            crio.tracing | tracing_endpoint = "here"    | must be an address and a port such as "127.0.0.1:4317", or "", not "here"
            crio.tracing | tracing_endpoint = "::1:1"   | must be an address and a port such as "127.0.0.1:4317", or "", not "::1:1"
            crio.tracing | tracing_endpoint = "[::1]:"  | must be an address and a port such as "127.0.0.1:4317", or "", not "[::1]:"
            """)
    void aWrongValueIsAnErrorWithLineKeyAndWhatWouldBeRight(String table, String line, String problem)
            throws IOException {
        folder.main("\n\n[" + table + "]\n" + line + "\n");
        var key = table + "." + line.substring(0, line.indexOf(' '));
        assertEquals(List.of("crio.conf:4: " + key + " " + problem), folder.errors());
    }

    @Test
    void aValueWhereATableBelongsIsAnErrorAndTheOtherWayRound() throws IOException {
        folder.main("""
                [[crio.api]]
                x = 1
                [crio.runtime]
                runtimes = "crun"
                [crio.image.pause_image]
                y = 1
                [crio.network]
                plugin_dir = {}
                """);
        assertEquals(
                List.of(
                        "crio.conf:1: crio.api must be a table, not a list",
                        "crio.conf:4: crio.runtime.runtimes must be a table, not \"crun\"",
                        "crio.conf:5: crio.image.pause_image must be the name of an image, not a table",
                        "crio.conf:8: crio.network.plugin_dir must be an absolute path, or \"\", not a table"),
                folder.errors());
    }

    @Test
    void badSyntaxIsAnErrorWithItsLine() throws IOException {
        folder.main("[crio]\nroot = /var\n");
        var errors = folder.errors();
        assertTrue(errors.getFirst().startsWith("crio.conf:2: not valid TOML, column "), errors.toString());
    }

    @Test
    void aHeaderCutByACommentThatIsNoTextIsAnError() throws IOException {
        folder.main("[crio]\n[crio.r#\u0007");
        var errors = folder.errors();
        assertTrue(errors.getFirst().startsWith("crio.conf:2: not valid TOML, column 8"), errors.toString());
    }

    @Test
    void aKeyThatStandsTwiceIsAnError() throws IOException {
        folder.main("[crio]\nroot = \"/a\"\nroot = \"/b\"\n");
        assertTrue(
                folder.errors().getFirst().startsWith("crio.conf:3: not valid TOML"),
                folder.errors().toString());
    }

    @Test
    void theMistakesOfAllFilesAreToldAtOnce() throws IOException {
        folder.main("[crio.api]\nlisten = 1\n[crio.runtime]\npids_limit = true\n")
                .dropIn("10-broken", "[crio\n")
                .dropIn("20-wrong", "[crio.image]\nimage_volumes = \"no\"\n")
                .environment("CONTAINER_READ_ONLY", "perhaps");
        assertEquals(
                List.of(
                        "environment variable CONTAINER_READ_ONLY: must be true or false, not \"perhaps\"",
                        "crio.conf:2: crio.api.listen must be an absolute path, not 1",
                        "crio.conf:4: crio.runtime.pids_limit must be a whole number, not true",
                        "crio.conf.d/10-broken:1: not valid TOML, column 6: Unexpected end of line, expected ]",
                        "crio.conf.d/20-wrong:2: crio.image.image_volumes must be \"mkdir\", \"bind\" or \"ignore\","
                                + " not \"no\""),
                folder.errors());
    }

    @Test
    void thereIsABoundToWhatIsTold() throws IOException {
        var many = new StringBuilder("[crio.runtime.runtimes]\n");
        for (var i = 0; i < 150; i++) {
            many.append("r").append(i).append(" = 1\n");
        }
        folder.main(many.toString());
        assertEquals(101, folder.errors().size());
        assertEquals("and 50 more like these", folder.errors().getLast());
    }

    @Test
    void aLongValueIsNotRepeatedWhole() throws IOException {
        folder.main("[crio.api]\nlisten = \"" + "x".repeat(10_000) + "\"\n");
        assertTrue(folder.errors().getFirst().length() < 200, folder.errors().getFirst());
    }

    @Test
    void aFileThatEveryoneMayWriteIsRefused() throws IOException {
        folder.main("[crio]\n").dropIn("a", "[crio]\n");
        Files.setPosixFilePermissions(folder.dropIns().resolve("a"), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertEquals(List.of("crio.conf.d/a: every user may write here; take that away (chmod o-w)"), folder.errors());
    }

    @Test
    void whatIsNoTextIsAnError() throws IOException {
        folder.dropIn("a", "");
        Files.write(folder.dropIns().resolve("a"), new byte[] {'[', (byte) 0xff, ']'});
        Files.writeString(folder.dropIns().resolve("b"), "#".repeat((4 << 20) + 1));
        assertEquals(
                List.of(
                        "crio.conf.d/a: this file is not text in UTF-8",
                        "crio.conf.d/b: this file has more than 4194304 bytes"),
                folder.errors());
    }

    @Test
    void nestedValuesCannotBreakTheReader() throws IOException {
        folder.main("a = " + "[".repeat(50_000) + "]".repeat(50_000) + "\n");
        assertEquals(1, folder.errors().size());
    }

    @Test
    void linesMayEndAsOnWindows() throws IOException {
        folder.main("[crio]\r\nroot = \"/r\"\r\n[crio.api]\r\nlisten = 1\r\n");
        assertEquals(List.of("crio.conf:4: crio.api.listen must be an absolute path, not 1"), folder.errors());
    }

    @Test
    void anEmptyRootLeavesTheDefault() throws IOException {
        folder.main("[crio]\nroot = \"\"\nstorage_driver = \"\"\n[crio.runtime]\ndefault_runtime = \"\"\n");
        assertEquals(Configuration.defaults(), folder.load().configuration());
    }

    @Test
    void namesOfHandlersAreNoPaths() throws IOException {
        folder.main("[crio.runtime.runtimes.\"../x\"]\nruntime_path = \"/x\"\n[crio.runtime.runtimes.\"a.b\"]\n");
        assertEquals(
                List.of("crio.conf:1: crio.runtime.runtimes.\"../x\" must be a name of letters, digits, \".\", \"_\""
                        + " and \"-\""),
                folder.errors());
    }
}
