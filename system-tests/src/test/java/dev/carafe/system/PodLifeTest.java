package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ExecSyncRequest;
import dev.carafe.cri.v1.PodSandboxState;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.RemovePodSandboxRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A pod's whole life over the socket, with each of the runtimes.
@Tag("system")
class PodLifeTest {
    private static final String LOG_LINE =
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+(Z|[+-]\\d\\d:\\d\\d) (stdout|stderr) F .*";

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun", TestHost.SHIM})
    void aPodRunsFromAnImageOfTheRegistryAndGoesWithoutATrace(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            var imageId = cri.pull(stage.busybox());
            var config = cri.pod("life");
            var pod = cri.run(config);
            assertEquals(pod, cri.run(config), "the same request again finds the same pod");

            var container = cri.createAndStart(
                    pod,
                    config,
                    Cri.container("web", stage.busybox(), "sh", "-c", "echo out; echo err >&2; sleep 1000"));
            var status = cri.status(container);
            assertEquals(ContainerState.CONTAINER_RUNNING, status.getState());
            assertEquals(imageId, status.getImageId());
            assertEquals("web", status.getLabelsOrThrow("container"));
            var podStatus = cri.podStatus(pod);
            assertEquals(PodSandboxState.SANDBOX_READY, podStatus.getState());
            assertEquals("of life", podStatus.getAnnotationsOrThrow("note"));
            assertTrue(podStatus.getNetwork().getIp().startsWith(stage.host().subnet() + "."), podStatus::toString);

            var log = stage.host().logs().resolve("life/web.log");
            Await.until("two lines of the log", () -> Files.readAllLines(log).size() == 2);
            assertTrue(Files.readAllLines(log).stream().allMatch(line -> line.matches(LOG_LINE)), () -> log.toString());

            var hostname = cri.exec(container, "hostname");
            assertEquals("life\n", hostname.getStdout().toStringUtf8());
            assertEquals(0, hostname.getExitCode());
            assertEquals(3, cri.exec(container, "sh", "-c", "exit 3").getExitCode());
            assertEquals(
                    "yes\n",
                    cri.exec(container, "sh", "-c", "echo $FROM_IMAGE")
                            .getStdout()
                            .toStringUtf8());

            cri.stop(container, 0);
            var stopped = cri.status(container);
            assertEquals(ContainerState.CONTAINER_EXITED, stopped.getState());
            assertEquals(137, stopped.getExitCode());
            assertTrue(stopped.getFinishedAt() >= stopped.getStartedAt());
            cri.stop(container, 0);
            cri.stopPod(pod);
            cri.stopPod(pod);
            assertEquals(PodSandboxState.SANDBOX_NOTREADY, cri.podStatus(pod).getState());
            cri.removePod(pod);
            cri.removePod(pod);
            stage.daemon()
                    .runtime()
                    .removeContainer(RemoveContainerRequest.newBuilder()
                            .setContainerId(container)
                            .build());
            var gone = assertThrows(StatusRuntimeException.class, () -> cri.podStatus(pod));
            assertEquals(Status.Code.NOT_FOUND, gone.getStatus().getCode());
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun", TestHost.SHIM})
    void exitCodesTimesAndReasonsAreTrue(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("exits");
            var pod = cri.run(config);
            var fine = cri.createAndStart(pod, config, Cri.container("fine", stage.busybox(), "true"));
            var failed =
                    cri.createAndStart(pod, config, Cri.container("failed", stage.busybox(), "sh", "-c", "exit 42"));
            var fineStatus = cri.awaitExit(fine);
            assertEquals(0, fineStatus.getExitCode());
            assertEquals("Completed", fineStatus.getReason());
            var failedStatus = cri.awaitExit(failed);
            assertEquals(42, failedStatus.getExitCode());
            assertEquals("Error", failedStatus.getReason());
            assertTrue(failedStatus.getCreatedAt() <= failedStatus.getStartedAt());
            assertTrue(failedStatus.getStartedAt() <= failedStatus.getFinishedAt());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun", TestHost.SHIM})
    void anExecThatRunsOutOfTimeIsEndedWithItsGroupAndTheContainerLives(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("timeouts");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));
            var late = assertThrows(
                    StatusRuntimeException.class, () -> cri.exec(container, 1, "sh", "-c", "sleep 4321 & sleep 4321"));
            assertEquals(Status.Code.DEADLINE_EXCEEDED, late.getStatus().getCode());
            assertFalse(cri.exec(container, "ps").getStdout().toStringUtf8().contains("4321"));
            assertEquals(ContainerState.CONTAINER_RUNNING, cri.status(container).getState());
            var missing = assertThrows(
                    StatusRuntimeException.class,
                    () -> stage.daemon()
                            .runtime()
                            .execSync(ExecSyncRequest.newBuilder()
                                    .setContainerId("f".repeat(64))
                                    .addAllCmd(List.of("true"))
                                    .build()));
            assertEquals(Status.Code.NOT_FOUND, missing.getStatus().getCode());
            stage.daemon()
                    .runtime()
                    .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                            .setPodSandboxId(pod)
                            .build());
            stage.assertNothingIsLeft();
        }
    }
}
