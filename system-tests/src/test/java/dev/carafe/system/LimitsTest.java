package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The resource limits of a container's processes, as the kernel has them.
@Tag("system")
class LimitsTest {
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aLimitIsWhatTheConfigurationSaysAndNoLimitIsNone(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            stage.host().configure("crio.runtime", "default_ulimits = [\"core=0:-1\", \"nofile=64:128\"]");
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("limits");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("a", stage.busybox(), "sleep", "1000"));
            var limits =
                    cri.exec(container, "cat", "/proc/1/limits").getStdout().toStringUtf8();
            assertEquals("0 unlimited", limit(limits, "Max core file size"));
            assertEquals("64 128", limit(limits, "Max open files"));
            var hard = cri.exec(container, "sh", "-c", "ulimit -H -c");
            assertEquals("unlimited\n", hard.getStdout().toStringUtf8());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    /// The launcher has the JVM set the priorities of its threads, and a child inherits that of the thread that starts
    /// it.
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void theDaemonsCompilersWaitForAllOthersAndItsContainersForNone(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var own = nice(Files.readString(Path.of("/proc/self/stat")));
            var daemon = Path.of("/proc", Long.toString(stage.daemon().pid()), "task");
            assertEquals(own == 0 ? 10 : own, nice(statOf(daemon, "C2 CompilerThre")));
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("priority");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("a", stage.busybox(), "sleep", "1000"));
            var stats = cri.exec(container, "cat", "/proc/1/stat", "/proc/self/stat")
                    .getStdout()
                    .toStringUtf8();
            assertEquals(List.of(own, own), stats.lines().map(LimitsTest::nice).toList());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static String statOf(Path threads, String name) throws IOException {
        try (var all = Files.list(threads)) {
            return all.map(LimitsTest::statIfItRuns)
                    .filter(stat -> stat.contains("(" + name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String statIfItRuns(Path thread) {
        try {
            return Files.readString(thread.resolve("stat"));
        } catch (IOException ended) {
            return "";
        }
    }

    /// proc_pid_stat(5), field 19; the second one, in brackets, may hold spaces.
    private static int nice(String stat) {
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
    }

    private static String limit(String limits, String name) {
        return limits.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split(" +"))
                .map(values -> values[0] + " " + values[1])
                .findFirst()
                .orElseThrow();
    }
}
