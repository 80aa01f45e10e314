package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.oci.Platform;
import dev.carafe.runtime.CgroupManager;
import dev.carafe.runtime.RuntimeHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandlersTest {
    @TempDir
    private Path temporary;

    private ConfigurationFolder folder;
    private Path programs;

    @BeforeEach
    void setUp() throws IOException {
        folder = new ConfigurationFolder(temporary);
        programs = Files.createDirectory(temporary.resolve("bin"));
    }

    private Path program(String name) throws IOException {
        var file = Files.writeString(programs.resolve(name), "");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Host host() {
        return new Host(List.of(temporary.resolve("missing"), programs), false, Map.of());
    }

    private List<RuntimeHandler> resolve(Findings findings, String... flags) throws IOException {
        var configuration = folder.load(flags).configuration();
        var handlers = new Handlers(configuration, host(), CgroupManager.CGROUPFS, findings).resolve();
        findings.throwIfWrong();
        return handlers;
    }

    private List<RuntimeHandler> resolve(String... flags) throws IOException {
        var findings = new Findings();
        var handlers = resolve(findings, flags);
        assertEquals(List.of(), findings.warnings());
        return handlers;
    }

    private String failure(String... flags) {
        var thrown = assertThrows(ConfigurationException.class, () -> resolve(flags));
        return String.valueOf(thrown.getMessage()).replace(temporary + "/", "");
    }

    @Test
    void withoutConfigurationThereAreCrunAndRuncAsFarAsTheyAreInstalled() throws IOException {
        var monitor = program("conmon");
        var crun = program("crun");
        assertEquals(
                List.of("crun"), resolve().stream().map(RuntimeHandler::name).toList());
        program("runc");
        var handlers = resolve();
        assertEquals(
                List.of("crun", "runc"),
                handlers.stream().map(RuntimeHandler::name).toList());
        assertEquals(
                new RuntimeHandler(
                        "crun",
                        crun,
                        Path.of("/run/crun"),
                        CgroupManager.CGROUPFS,
                        monitor,
                        Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
                        Duration.ofMinutes(4),
                        true,
                        false,
                        true,
                        Optional.empty()),
                handlers.getFirst());
    }

    @Test
    void aMissingDefaultRuntimeIsAnErrorThatNamesWhatIsThere() throws IOException {
        program("conmon");
        assertEquals(
                "built-in default: the default runtime crun can't be used: crun is not in $PATH, and runtime_path is not"
                        + " set; no other runtime is there",
                failure());
        program("runc");
        assertEquals(
                "built-in default: the default runtime crun can't be used: crun is not in $PATH, and runtime_path is not"
                        + " set; set crio.runtime.default_runtime to one that is there: runc",
                failure());
    }

    @Test
    void aMissingMonitorIsAnError() throws IOException {
        program("crun");
        assertEquals(
                "built-in default: the default runtime crun can't be used: conmon is not in $PATH, and monitor_path is"
                        + " not set; no other runtime is there",
                failure());
    }

    @Test
    void aHandlerThatIsNotTheDefaultIsLeftOutWithAWarningWhenItCannotBeUsed() throws IOException {
        program("conmon");
        program("runc");
        program("kata");
        folder.main("""
                [crio.runtime]
                default_runtime = "runc"
                [crio.runtime.runtimes.runc]
                [crio.runtime.runtimes.kata]
                runtime_type = "vm"
                [crio.runtime.runtimes.gone]
                runtime_path = "/nowhere/gone"
                """);
        var findings = new Findings();
        assertEquals(
                List.of("runc"),
                resolve(findings).stream().map(RuntimeHandler::name).toList());
        assertEquals(
                List.of(
                        folder.main() + ":5: the runtime kata is left out: runtime_type \"vm\" is for shims, whose"
                                + " programs are called containerd-shim-NAME, not kata",
                        folder.main() + ":7: the runtime gone is left out: runtime_path /nowhere/gone is no program on"
                                + " this host"),
                findings.warnings());
    }

    @Test
    void aDefaultRuntimeOfATypeThatIsNotBuiltIsAnError() throws IOException {
        program("conmon");
        program("crun");
        folder.main("""
                [crio.runtime]
                default_runtime = "kata"
                [crio.runtime.runtimes.kata]
                runtime_type = "pod"
                """);
        assertEquals(
                "crio.conf:4: the default runtime kata can't be used: Carafe does not drive conmon-rs"
                        + " (runtime_type \"pod\"); with \"oci\" the same runtime runs under conmon; set"
                        + " crio.runtime.default_runtime to one that is there: crun",
                failure());
    }

    @Test
    void aShimIsItsOwnMonitor() throws IOException {
        program("conmon");
        program("crun");
        var shim = program("containerd-shim-kata-v2");
        folder.main("""
                [crio.runtime.runtimes.crun]
                [crio.runtime.runtimes.kata]
                runtime_type = "vm"
                runtime_path = "%s"
                runtime_config_path = "/etc/kata.toml"
                container_create_timeout = 90
                """.formatted(shim));
        assertEquals(
                new RuntimeHandler(
                        "kata",
                        shim,
                        Path.of("/run/kata"),
                        CgroupManager.CGROUPFS,
                        shim,
                        RuntimeHandler.MONITOR_ENVIRONMENT,
                        Duration.ofSeconds(90),
                        true,
                        false,
                        true,
                        Optional.of(new RuntimeHandler.Shim(Path.of("/etc/kata.toml")))),
                resolve().getLast());
    }

    @Test
    void configuredPathsAreTakenAsTheyAre() throws IOException {
        var runtime = program("my-crun");
        var monitor = program("my-conmon");
        folder.main("""
                [crio.runtime]
                log_to_journald = true
                no_pivot = true
                [crio.runtime.runtimes.crun]
                runtime_path = "%s"
                runtime_root = "/state//crun/"
                monitor_path = "%s"
                monitor_env = ["A=1", "B==", "A=2"]
                container_create_timeout = 60
                no_sync_log = true
                """.formatted(runtime, monitor));
        assertEquals(
                List.of(new RuntimeHandler(
                        "crun",
                        runtime,
                        Path.of("/state/crun"),
                        CgroupManager.CGROUPFS,
                        monitor,
                        Map.of("A", "2", "B", "="),
                        Duration.ofMinutes(1),
                        false,
                        true,
                        false,
                        Optional.empty())),
                resolve());
    }

    @Test
    void aProgramForTheHostsPlatformComesInPlaceOfTheOther() throws IOException {
        program("conmon");
        var other = program("other");
        var ofPlatform = program("of-platform");
        var platform = "linux/" + Platform.host().architecture();
        folder.main("""
                [crio.runtime]
                default_runtime = "a"
                [crio.runtime.runtimes.a]
                runtime_path = "%s"
                platform_runtime_paths = { "linux/none" = "/nowhere", "%s" = "%s" }
                """.formatted(other, platform, ofPlatform));
        assertEquals(ofPlatform, resolve().getFirst().path());
        Files.delete(ofPlatform);
        assertTrue(failure().contains("platform_runtime_paths has for " + platform), this::failure);
    }

    @Test
    void aPathThatCannotBeExecutedIsNoProgram() throws IOException {
        program("conmon");
        var file = Files.writeString(programs.resolve("crun"), "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(failure().contains("crun is not in $PATH"), failure());
    }

    @Test
    void theDefaultRuntimeIsThereAlsoWhenOnlyOthersAreConfigured() throws IOException {
        program("conmon");
        program("crun");
        program("runc");
        folder.main("[crio.runtime.runtimes.runc]\n");
        assertEquals(
                List.of("runc", "crun"),
                resolve().stream().map(RuntimeHandler::name).toList());
    }

    @Test
    void aHandlerCanInheritFromTheDefault() throws IOException {
        program("conmon");
        var crun = program("crun");
        folder.main("""
                [crio.runtime.runtimes.special]
                inherit_default_runtime = true
                runtime_path = "/not/used"
                runtime_root = "/not/used"
                monitor_env = ["C=3"]
                """);
        var special = resolve().getFirst();
        assertEquals("special", special.name());
        assertEquals(crun, special.path());
        assertEquals(Path.of("/run/crun"), special.root());
        assertEquals(Map.of("C", "3"), special.monitorEnvironment());
    }

    @Test
    void theDeprecatedKeysForMonitorsAreStrongerThanTheHandlers() throws IOException {
        program("crun");
        program("conmon");
        var other = program("other-conmon");
        folder.main("""
                [crio.runtime]
                conmon = "%s"
                conmon_env = ["B=2"]
                [crio.runtime.runtimes.crun]
                monitor_path = "/nowhere"
                monitor_env = ["A=1"]
                """.formatted(other));
        var crun = resolve().getFirst();
        assertEquals(other, crun.monitorPath());
        assertEquals(Map.of("B", "2"), crun.monitorEnvironment());
        assertEquals(
                "--conmon: the default runtime crun can't be used: conmon /nowhere/conmon is no program on this host; no"
                        + " other runtime is there",
                failure("--conmon=/nowhere/conmon"));
    }

    @Test
    void aCreateHasAtLeastHalfAMinute() throws IOException {
        program("conmon");
        program("crun");
        folder.main("[crio.runtime.runtimes.crun]\ncontainer_create_timeout = 5\n");
        assertEquals(Duration.ofSeconds(30), resolve().getFirst().createTimeout());
        assertEquals(
                List.of("crio.conf:2: crio.runtime.runtimes.crun.container_create_timeout is raised to 30"),
                folder.warnings());
        folder.main("[crio.runtime.runtimes.crun]\ncontainer_create_timeout = 0\n");
        assertEquals(Duration.ofMinutes(4), resolve().getFirst().createTimeout());
    }

    @Test
    void onlyAbsoluteFoldersOfThePathAreSearched() {
        assertEquals(
                List.of(Path.of("/a"), Path.of("/b")),
                Host.detect(Map.of("PATH", "/a::b:.:/b")).programFolders());
        assertTrue(Host.detect(Map.of()).programFolders().contains(Path.of("/usr/sbin")));
    }
}
