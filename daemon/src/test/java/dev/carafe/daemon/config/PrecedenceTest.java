package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecedenceTest {
    @TempDir
    private Path temporary;

    private ConfigurationFolder folder;

    @BeforeEach
    void setUp() {
        folder = new ConfigurationFolder(temporary);
    }

    private static String root(String path) {
        return "[crio]\nroot = \"" + path + "\"\n";
    }

    @Test
    void eachPlaceIsStrongerThanTheOneBefore() throws IOException {
        assertEquals("/var/lib/containers/storage", folder.value(RootKeys.ROOT));
        folder.main(root("/main"));
        assertEquals("/main", folder.value(RootKeys.ROOT));
        folder.dropIn("10-first", root("/first"));
        assertEquals("/first", folder.value(RootKeys.ROOT));
        folder.dropIn("20-second", root("/second"));
        assertEquals("/second", folder.value(RootKeys.ROOT));
        folder.environment("CONTAINER_ROOT", "/environment");
        assertEquals("/environment", folder.value(RootKeys.ROOT));
        assertEquals("/flag", folder.value(RootKeys.ROOT, "--root=/flag"));
    }

    @Test
    void dropInsAreReadInTheOrderOfTheirNamesWithFoldersWhereTheyStand() throws IOException {
        folder.dropIn("20/z", "[crio]\nstorage_option = [\"three\"]\n")
                .dropIn("20/a/x.conf", "[crio]\nstorage_option = [\"two\"]\n")
                .dropIn("3", "[crio]\nstorage_option = [\"four\"]\n")
                .dropIn("10.conf", "[crio]\nstorage_option = [\"one\"]\n");
        assertEquals(List.of("one", "two", "three", "four"), folder.value(RootKeys.STORAGE_OPTION));
    }

    @Test
    void leftoversOfEditorsAndPackagesAreNotReadAndNamed() throws IOException {
        folder.dropIn("a.conf", root("/a"))
                .dropIn("a.conf~", root("/b"))
                .dropIn("a.conf.rpmsave", root("/c"))
                .dropIn(".a.conf.swp", "not TOML")
                .dropIn(".git/x", "not TOML");
        assertEquals("/a", folder.value(RootKeys.ROOT));
        assertEquals(
                List.of(
                        "crio.conf.d/.a.conf.swp: a file or folder of this name is not read",
                        "crio.conf.d/.git: a file or folder of this name is not read",
                        "crio.conf.d/a.conf.rpmsave: a file or folder of this name is not read",
                        "crio.conf.d/a.conf~: a file or folder of this name is not read"),
                folder.warnings());
    }

    @Test
    void aListOfALaterFileReplacesTheEarlierOne() throws IOException {
        folder.main("[crio.network]\nplugin_dirs = [\"/a\", \"/b\"]\n")
                .dropIn("1", "[crio.network]\nplugin_dirs = [\"/c\"]\n");
        assertEquals(List.of("/c"), folder.value(NetworkKeys.PLUGIN_DIRS));
        folder.dropIn("2", "[crio.network]\nplugin_dirs = []\n");
        assertEquals(List.of(), folder.value(NetworkKeys.PLUGIN_DIRS));
    }

    @Test
    void storageOptionsOfAllFilesAreJoinedWithoutRepeats() throws IOException {
        folder.main("[crio]\nstorage_option = [\"a\", \"b\"]\n")
                .dropIn("1", "[crio]\nstorage_option = [\"a\", \"c\"]\n");
        assertEquals(List.of("b", "a", "c"), folder.value(RootKeys.STORAGE_OPTION));
        assertEquals(List.of("d"), folder.value(RootKeys.STORAGE_OPTION, "--storage-opt=d"));
    }

    @Test
    void handlersAndWorkloadsAreMergedKeyByKey() throws IOException {
        folder.main("""
                        [crio.runtime.runtimes.crun]
                        runtime_path = "/main"
                        runtime_root = "/main"
                        default_annotations = { a = "1", b = "1" }
                        [crio.runtime.workloads.w]
                        activation_annotation = "main"
                        resources = { cpushares = 5, cpuset = "0" }
                        """).dropIn("1", """
                        [crio.runtime.runtimes.crun]
                        runtime_root = "/drop-in"
                        [crio.runtime.runtimes.crun.default_annotations]
                        b = "2"
                        [crio.runtime.runtimes.new]
                        [crio.runtime.workloads.w.resources]
                        cpuset = "1"
                        """);
        var configuration = folder.load().configuration();
        assertEquals(
                List.of("crun", "new"), List.copyOf(configuration.handlers().keySet()));
        var crun = configuration.handlers().getOrDefault("crun", new Values());
        assertEquals("/main", crun.get(HandlerKeys.RUNTIME_PATH));
        assertEquals("/drop-in", crun.get(HandlerKeys.RUNTIME_ROOT));
        assertEquals(Map.of("a", "1", "b", "2"), crun.get(HandlerKeys.DEFAULT_ANNOTATIONS));
        var workload = configuration.workloads().getOrDefault("w", new Values());
        assertEquals("main", workload.get(WorkloadKeys.ACTIVATION_ANNOTATION));
        assertEquals(5, workload.get(WorkloadKeys.CPUSHARES));
        assertEquals("1", workload.get(WorkloadKeys.CPUSET));
    }

    @Test
    void anEmptyVariableCountsAsNotSet() throws IOException {
        folder.environment("CONTAINER_ROOT", "").environment("CONTAINER_PIDS_LIMIT", "");
        assertEquals(Configuration.defaults(), folder.load().configuration());
    }

    @Test
    void variablesWithNamesOfTheirOwnAreRead() throws IOException {
        folder.environment("CONTAINER_INCLUDED_POD_METRCIS", "cpu,memory").environment("ENABLE_POD_EVENTS", "true");
        assertEquals(List.of("cpu", "memory"), folder.value(StatsKeys.INCLUDED_POD_METRICS));
        assertTrue(folder.value(RuntimeKeys.ENABLE_POD_EVENTS));
    }

    @Test
    void theFilesThemselvesCanBeNamedByVariables() throws IOException {
        Files.writeString(temporary.resolve("other"), root("/other"));
        Files.createDirectory(temporary.resolve("other.d"));
        Files.writeString(temporary.resolve("other.d/1"), "[crio]\nrunroot = \"/other-run\"\n");
        var environment = Map.of(
                "CONTAINER_CONFIG", temporary + "/other",
                "CONTAINER_CONFIG_DIR", temporary + "/other.d");
        var values = Configuration.load(Flags.parse(List.of()), environment)
                .configuration()
                .values();
        assertEquals("/other", values.get(RootKeys.ROOT));
        assertEquals("/other-run", values.get(RootKeys.RUNROOT));
    }

    @Test
    void aMainFileThatIsNamedMustBeThere() throws IOException {
        var flags = Flags.parse(List.of("--config", temporary + "/none", "--config-dir", temporary + "/none.d"));
        var thrown = assertThrows(ConfigurationException.class, () -> Configuration.load(flags, Map.of()));
        assertEquals(temporary + "/none: can't be read: it does not exist", thrown.getMessage());
    }

    @Test
    void theFolderOfDropInsMayBeMissing() throws IOException {
        var flags = Flags.parse(List.of("--config", "", "--config-dir", temporary + "/none.d"));
        assertEquals(
                Configuration.defaults(), Configuration.load(flags, Map.of()).configuration());
    }

    @Test
    void aFolderThatEveryoneMayWriteIsRefused() throws IOException {
        folder.dropIn("below/a", "[crio]\n");
        Files.setPosixFilePermissions(folder.dropIns().resolve("below"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals(
                List.of("crio.conf.d/below: every user may write here; take that away (chmod o-w)"), folder.errors());
    }

    @Test
    void aLinkThatLeadsNowhereIsAnErrorAndTheOtherFilesAreStillRead() throws IOException {
        folder.dropIn("2", "[crio]\nroot = 1\n");
        Files.createSymbolicLink(folder.dropIns().resolve("1"), temporary.resolve("nowhere"));
        assertEquals(
                List.of(
                        "crio.conf.d/1: can't be read: it does not exist",
                        "crio.conf.d/2:2: crio.root must be an absolute path, not 1"),
                folder.errors());
    }

    @Test
    void aFolderInPlaceOfAFileIsAnError() throws IOException {
        Files.createDirectory(folder.main());
        assertEquals(List.of("crio.conf: this is not a file"), folder.errors());
    }

    @Test
    void handlersByFlagAreStrongerThanFilesWhereTheySaySomething() throws IOException {
        folder.main("[crio.runtime.runtimes.kata]\nruntime_path = \"/main\"\nmonitor_path = \"/monitor\"\n");
        var flag = "--runtimes=kata:/flag:/root:vm:true:/config:24MiB,plain::/state";
        var handlers = folder.load(flag).configuration().handlers();
        var kata = handlers.getOrDefault("kata", new Values());
        assertEquals("/flag", kata.get(HandlerKeys.RUNTIME_PATH));
        assertEquals("/root", kata.get(HandlerKeys.RUNTIME_ROOT));
        assertEquals("vm", kata.get(HandlerKeys.RUNTIME_TYPE));
        assertTrue(kata.get(HandlerKeys.PRIVILEGED_WITHOUT_HOST_DEVICES));
        assertEquals("/config", kata.get(HandlerKeys.RUNTIME_CONFIG_PATH));
        assertEquals("24MiB", kata.get(HandlerKeys.CONTAINER_MIN_MEMORY));
        assertEquals("/monitor", kata.get(HandlerKeys.MONITOR_PATH));
        var plain = handlers.getOrDefault("plain", new Values());
        assertEquals("", plain.get(HandlerKeys.RUNTIME_PATH));
        assertEquals("/state", plain.get(HandlerKeys.RUNTIME_ROOT));
    }

    @Test
    void aHandlerByFlagThatIsIncompleteOrWrongIsAnError() {
        assertEquals(
                List.of(
                        "--runtimes: crun:/usr/bin/crun: must be NAME:PATH:ROOT and at most 4 parts more, not this",
                        "--runtimes: a:b:/c: must be an absolute path, or \"\" for runtime_path, not \"b\"",
                        "--runtimes: a:/b:/c:docker: must be \"oci\", \"vm\" or \"pod\" for runtime_type, not \"docker\""),
                folder.errors("--runtimes=crun:/usr/bin/crun,a:b:/c,a:/b:/c:docker"));
    }
}
