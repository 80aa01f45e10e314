package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.carafe.cri.v1.ReopenContainerLogRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
    @ValueSource(strings = {"runc", "crun", TestHost.SHIM})
    void rotationUnderLoadLosesAndRepeatsNoLine(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("rotated");
            var pod = cri.run(config);
            // Its end would kill the command that asks for it, were that not over.
            var writer = "i=1; while [ ! -e /tmp/end ]; do seq $i $((i + %1$d - 1)); i=$((i + %1$d)); done; sleep 1"
                    .formatted(BURST);
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
    @ValueSource(strings = {"runc", TestHost.SHIM})
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

    @ParameterizedTest
    @ValueSource(strings = {"runc", TestHost.SHIM})
    void whoFollowsALogSeesEachLineOnceUntilTheContainerEnds(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("followed");
            var pod = cri.run(config);
            var writer = "i=0; while [ ! -e /tmp/end ]; do i=$((i + 1)); echo $i; sleep 0.01; done; echo error >&2";
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sh", "-c", writer));
            var log = stage.host().logs().resolve("followed/main.log");
            var shown = stage.host().work().resolve("shown");
            var follower = new ProcessBuilder(stage.daemon().ctlCommand("logs", "-f", container))
                    .redirectOutput(shown.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            for (var i = 0; i < 3; i++) {
                var before = Files.exists(shown) ? Files.size(shown) : 0;
                Await.until("more lines", () -> Files.size(shown) > before);
                Files.move(log, log.resolveSibling("main.log." + i));
                reopen(stage, container);
            }
            assertEquals(0, cri.exec(container, "touch", "/tmp/end").getExitCode());
            assertTrue(follower.waitFor(30, TimeUnit.SECONDS), "it ends with the container");
            assertEquals(0, follower.exitValue());
            var lines = Files.readAllLines(shown);
            for (var i = 0; i < lines.size(); i++) {
                assertEquals(Integer.toString(i + 1), lines.get(i));
            }
            var last = stage.daemon().ctl("logs", "--tail", "1", container);
            assertEquals("error\n", last.output());
            var later = stage.daemon().ctl("logs", "--since", "2100-01-01T00:00:00Z", container);
            assertEquals("", later.output());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    /// A socket in the place of a journal's stands in for one.
    @ParameterizedTest
    @ValueSource(strings = {"runc"})
    void aLogGoesToTheJournalAsWell(String runtime) throws Exception {
        var journal = Path.of("/run/systemd/journal/socket");
        assumeFalse(Files.exists(journal), "this host has a journal of its own");
        var made = Stream.of(journal.getParent().getParent(), journal.getParent())
                .filter(folder -> !Files.exists(folder))
                .toList();
        try (var stage = Stage.set(runtime)) {
            stage.host().configure("crio.runtime", "log_to_journald = true");
            stage.restart();
            Files.createDirectories(journal.getParent());
            var received = stage.host().work().resolve("journal");
            var socat = new ProcessBuilder("socat", "-u", "UNIX-RECV:" + journal, "OPEN:" + received + ",creat,append")
                    .inheritIO()
                    .start();
            try {
                Await.until("the journal's socket", () -> Files.exists(journal));
                var cri = stage.cri();
                cri.pull(stage.busybox());
                var config = cri.pod("journal");
                var pod = cri.run(config);
                var container = cri.createAndStart(
                        pod, config, Cri.container("main", stage.busybox(), "echo", "for the journal"));
                cri.awaitExit(container);
                Await.until(
                        "an entry of the journal",
                        () -> Files.readString(received, StandardCharsets.ISO_8859_1)
                                .contains("for the journal"));
                assertTrue(
                        Files.readString(received, StandardCharsets.ISO_8859_1).contains(container));
                assertTrue(Files.readString(stage.host().logs().resolve("journal/main.log"))
                        .endsWith(" stdout F for the journal\n"));
                cri.removePod(pod);
            } finally {
                socat.destroy();
                socat.waitFor();
                Files.deleteIfExists(journal);
                for (var folder : made.reversed()) {
                    Files.delete(folder);
                }
            }
            stage.assertNothingIsLeft();
        }
    }
}
