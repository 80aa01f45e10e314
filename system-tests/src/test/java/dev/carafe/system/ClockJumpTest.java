package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerStats;
import dev.carafe.cri.v1.ContainerStatsRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The daemon's time of day is set forth and back by ten days while it works, as by an operator, an NTP client or a
/// virtual machine that was asleep: nothing waits longer or shorter for it, and what it tells stays in order.
@Tag("system")
@Timeout(300)
class ClockJumpTest {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String TRAPPING = "trap 'sleep 2; exit 7' TERM; echo ready; while :; do sleep 0.1; done";
    private static final String STUBBORN = "trap '' TERM; echo ready; while :; do sleep 0.1; done";

    private Stage stage;

    @BeforeEach
    void prepare() throws IOException, InterruptedException {
        stage = Stage.set("runc");
        setDays(0);
        stage.restart(Map.of(
                "LD_PRELOAD", library().toString(),
                "FAKETIME_TIMESTAMP_FILE", clock().toString(),
                "FAKETIME_NO_CACHE", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // Waits of the monotonic clock are not the library's to change; it would have them return at once.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0"));
    }

    @AfterEach
    void cleanUp() throws IOException {
        stage.close();
    }

    private static Path library() throws IOException {
        try (var files = Files.find(LIBRARIES, 4, (file, _) -> file.endsWith("faketime/libfaketimeMT.so.1"))) {
            return files.findFirst().orElseThrow(() -> new IOException("libfaketime is not installed"));
        }
    }

    private Path clock() {
        return stage.host().work().resolve("clock");
    }

    private void setDays(int days) throws IOException {
        var next = stage.host().work().resolve("clock.next");
        Files.writeString(next, String.format("%+dd%n", days));
        Files.move(next, clock(), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void stopsTakeTheTimeTheyWereGivenWhicheverWayTheClockJumps() throws Exception {
        var cri = stage.cri();
        cri.pull(stage.busybox());
        var config = cri.pod("stops");
        var pod = cri.run(config);
        for (var days : new int[] {10, -10}) {
            setDays(0);
            var gentle = start(pod, "gentle" + days, TRAPPING);
            var stubborn = start(pod, "stubborn" + days, STUBBORN);
            var gentleStop = stop(gentle, 60);
            var stubbornStop = stop(stubborn, 4);
            TimeUnit.MILLISECONDS.sleep(500);
            setDays(days);
            gentleStop.get();
            assertEquals(7, cri.status(gentle).getExitCode(), "it had its time");
            var took = stubbornStop.get();
            assertEquals(137, cri.status(stubborn).getExitCode());
            assertTrue(took.compareTo(Duration.ofSeconds(4)) >= 0, took::toString);
            assertTrue(took.compareTo(Duration.ofSeconds(25)) < 0, took::toString);
            for (var id : new String[] {gentle, stubborn}) {
                var status = cri.status(id);
                assertTrue(status.getStartedAt() <= status.getFinishedAt(), status::toString);
            }
        }
        cri.removePod(pod);
        stage.assertNothingIsLeft();
    }

    private String start(String pod, String name, String script) throws InterruptedException {
        var cri = stage.cri();
        var id = cri.createAndStart(pod, cri.pod("stops"), Cri.container(name, stage.busybox(), "sh", "-c", script));
        var log = stage.host().logs().resolve("stops").resolve(name + ".log");
        Await.until("the trap of " + name, () -> Files.readString(log).contains("ready"));
        return id;
    }

    private FutureTask<Duration> stop(String id, int seconds) {
        var task = new FutureTask<>(() -> {
            var begun = System.nanoTime();
            stage.cri().stop(id, seconds);
            return Duration.ofNanos(System.nanoTime() - begun);
        });
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    @Test
    void podsLiveOnOverJumpsAndARestartInAnotherTime() throws Exception {
        var cri = stage.cri();
        cri.pull(stage.busybox());
        var config = cri.pod("lives");
        var pod = cri.run(config);
        var container = Cri.container("main", stage.busybox(), "sh", "-c", "while :; do :; done");
        var running = cri.createAndStart(pod, config, container);
        var first = stats(running);
        setDays(-10);
        assertEquals(0, cri.exec(running, 20, "true").getExitCode());
        TimeUnit.MILLISECONDS.sleep(1500);
        var second = stats(running);
        assertTrue(second.getCpu().getTimestamp() < first.getCpu().getTimestamp(), "the clock was set back");
        assertTrue(second.getCpu().getUsageNanoCores().getValue() > 0, "a rate is by the time that passed");
        var earlier = cri.run(cri.pod("earlier"));
        stage.crashAndRestart();
        var after = stage.cri();
        assertEquals(0, after.exec(running, 20, "true").getExitCode());
        after.stop(running, 0);
        var status = after.status(running);
        assertEquals(137, status.getExitCode());
        assertTrue(status.getStartedAt() <= status.getFinishedAt(), status::toString);
        after.removePod(earlier);
        after.removePod(pod);
        stage.assertNothingIsLeft();
    }

    private ContainerStats stats(String id) {
        return stage.daemon()
                .runtime()
                .containerStats(
                        ContainerStatsRequest.newBuilder().setContainerId(id).build())
                .getStats();
    }
}
