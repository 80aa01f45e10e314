package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ReopenContainerLogRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Logs of containers as the kubelet and its users read them.
@Tag("system")
class LogsTest {
    private static final int ROTATIONS = 50;

    /// Lines that the container writes between two looks at whether it is to end.
    private static final int BURST = 10_000;

    private static void reopen(Stage stage, String container) {
        var _ = stage.daemon()
                .runtime()
                .reopenContainerLog(ReopenContainerLogRequest.newBuilder()
                        .setContainerId(container)
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void rotationUnderLoadLosesAndRepeatsNoLine(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("rotated");
            var pod = cri.run(config);
            var writer =
                    "i=1; while [ ! -e /tmp/end ]; do seq $i $((i + %1$d - 1)); i=$((i + %1$d)); done".formatted(BURST);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sh", "-c", writer));
            var log = stage.host().logs().resolve("rotated/main.log");
            var files = new ArrayList<Path>();
            for (var i = 0; i < ROTATIONS; i++) {
                Await.until("lines in the log", () -> Files.size(log) > 0);
                var moved = log.resolveSibling("main.log." + i);
                Files.move(log, moved);
                files.add(moved);
                reopen(stage, container);
                reopen(stage, container); // as after a deadline: what was written since stays
            }
            files.add(log);
            assertEquals(0, cri.exec(container, "touch", "/tmp/end").getExitCode());
            assertEquals(0, cri.awaitExit(container).getExitCode());
            var last = new Numbers().read(files);
            assertTrue(last >= BURST && last % BURST == 0, "the last number: " + last);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    /// Holds that a log's lines are 1, 2, 3 and so on, wherever a file or a part of a line ends.
    private static final class Numbers {
        private final StringBuilder begun = new StringBuilder();
        private long last;

        long read(List<Path> files) throws IOException {
            for (var file : files) {
                try (var lines = Files.lines(file, StandardCharsets.US_ASCII)) {
                    lines.forEach(this::take);
                }
            }
            assertEquals("", begun.toString(), "the end of a line is missing");
            return last;
        }

        private void take(String line) {
            var fields = line.split(" ", 4);
            assertEquals("stdout", fields[1], line);
            begun.append(fields[3]);
            if (fields[2].equals("F")) {
                assertEquals(last + 1, Long.parseLong(begun.toString()), line);
                last++;
                begun.setLength(0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc"})
    void aPodWithoutALogFolderLogsBelowLogDirAndTakesItAlong(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("nowhere").toBuilder().clearLogDirectory().build();
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "echo", "here"));
            cri.awaitExit(container);
            var log = stage.host().logs().resolve(pod).resolve("main.log");
            assertEquals(log.toString(), cri.status(container).getLogPath());
            assertTrue(Files.readString(log).endsWith(" stdout F here\n"), Files.readString(log));
            cri.removePod(pod);
            assertFalse(Files.exists(log.getParent()));
            stage.assertNothingIsLeft();
        }
    }
}
