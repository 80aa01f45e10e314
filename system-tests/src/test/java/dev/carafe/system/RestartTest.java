package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.PodSandboxState;
import dev.carafe.engine.CriTime;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Containers belong to the node: they outlive the daemon, however it ends.
@Tag("system")
class RestartTest {
    @Test
    void aPodSurvivesTheDaemonsKillAndTheNextDaemonFindsListsExecsAndStopsIt() throws Exception {
        try (var stage = Stage.set("runc")) {
            var before = stage.cri();
            before.pull(stage.busybox());
            var config = before.pod("survivor");
            var pod = before.run(config);
            var container = before.createAndStart(
                    pod,
                    config,
                    Cri.container(
                            "main",
                            stage.busybox(),
                            "sh",
                            "-c",
                            "trap 'exit 7' TERM; while :; do echo tick; sleep 0.1; done"));
            var short1 = before.createAndStart(
                    pod, config, Cri.container("short", stage.busybox(), "sh", "-c", "sleep 2; exit 5"));
            var greedy = before.createAndStart(pod, config, greedy(stage.busybox()));
            var ip = before.podStatus(pod).getNetwork().getIp();
            var startedAt = before.status(container).getStartedAt();

            stage.daemon().kill();
            var log = stage.host().logs().resolve("survivor/main.log");
            var lines = Files.readAllLines(log).size();
            Await.until(
                    "more of the log while no daemon runs",
                    () -> Files.readAllLines(log).size() > lines + 3);
            for (var ends : List.of(short1, greedy)) {
                Await.until(
                        "an exit while no daemon runs",
                        () -> Files.exists(stage.host().work().resolve("exits").resolve(ends)));
            }
            var restartedAt = CriTime.nanos(Instant.now());
            stage.crashAndRestart();

            var after = stage.cri();
            var listed = stage.daemon().runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance());
            assertEquals(1, listed.getItemsCount());
            assertEquals(PodSandboxState.SANDBOX_READY, listed.getItems(0).getState());
            assertEquals(
                    3,
                    stage.daemon()
                            .runtime()
                            .listContainers(ListContainersRequest.getDefaultInstance())
                            .getContainersCount());
            assertEquals(ip, after.podStatus(pod).getNetwork().getIp());
            assertEquals(pod, after.run(config), "the kubelet's retry finds the pod");
            assertEquals(startedAt, after.status(container).getStartedAt());
            assertEquals(
                    ContainerState.CONTAINER_RUNNING, after.status(container).getState());
            var shortStatus = after.awaitExit(short1);
            assertEquals(5, shortStatus.getExitCode());
            var took = Duration.ofNanos(shortStatus.getFinishedAt() - shortStatus.getStartedAt());
            assertTrue(took.compareTo(Duration.ofSeconds(1)) > 0, took::toString);
            assertTrue(shortStatus.getFinishedAt() < restartedAt, "when it ended, not when it was found");
            var greedyStatus = after.awaitExit(greedy);
            assertEquals("OOMKilled", greedyStatus.getReason());
            assertEquals(137, greedyStatus.getExitCode());
            assertTrue(greedyStatus.getFinishedAt() < restartedAt);
            assertEquals("hi\n", after.exec(container, "echo", "hi").getStdout().toStringUtf8());
            after.stop(container, 10);
            assertEquals(7, after.status(container).getExitCode(), "it had the time to end by itself");
            after.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    /// Takes more memory than it may, once its daemon has gone.
    private static ContainerConfig greedy(String image) {
        var container =
                Cri.container("greedy", image, "sh", "-c", "sleep 2; x=aaaa; while :; do x=$x$x; done").toBuilder();
        container.getLinuxBuilder().getResourcesBuilder().setMemoryLimitInBytes(20L << 20);
        return container.build();
    }

    @Test
    void imagesSurviveARestartAndAreNotFetchedAgain() throws Exception {
        try (var stage = Stage.set("runc")) {
            var id = stage.cri().pull(stage.busybox());
            stage.restart();
            var images = stage.daemon().images().listImages(ListImagesRequest.getDefaultInstance());
            assertEquals(1, images.getImagesCount());
            assertEquals(id, images.getImages(0).getId());
            assertEquals(stage.busybox(), images.getImages(0).getRepoTags(0));
            assertEquals(id, stage.cri().pull(stage.busybox()));
        }
    }
}
