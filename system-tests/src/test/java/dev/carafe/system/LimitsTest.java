package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

    private static String limit(String limits, String name) {
        return limits.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split(" +"))
                .map(values -> values[0] + " " + values[1])
                .findFirst()
                .orElseThrow();
    }
}
