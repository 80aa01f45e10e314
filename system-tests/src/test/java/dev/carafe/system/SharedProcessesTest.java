package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerFilter;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxState;
import dev.carafe.cri.v1.PodSandboxStatusRequest;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.RemoveImageRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Containers that share a process namespace: with their whole pod, or with another container.
@Tag("system")
class SharedProcessesTest {
    private static final Pattern PID = Pattern.compile("\"pid\":(\\d+)");

    private static ContainerConfig sleeper(Stage stage, String name) {
        return Cri.container(name, stage.busybox(), "sleep", "1000");
    }

    private static String exec(Cri cri, String container, String command) {
        return cri.exec(container, "sh", "-c", command).getStdout().toStringUtf8();
    }

    /// Of the pod's own process.
    private static int pid(Stage stage, String pod) {
        var info = stage.daemon()
                .runtime()
                .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(pod)
                        .setVerbose(true)
                        .build())
                .getInfoOrThrow("info");
        var found = PID.matcher(info);
        assertTrue(found.find(), info);
        return Integer.parseInt(found.group(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun", TestHost.SHIM})
    void aPodThatSharesHasAProcessThatReapsAndItsContainersSeeEachOther(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            var config = Cri.sharingProcesses(cri.pod("shared"));
            var pod = cri.run(config); // pulls pause_image, which is the image of the containers here
            var one = cri.createAndStart(pod, config, sleeper(stage, "one"));
            var two = cri.createAndStart(
                    pod, config, Cri.container("two", stage.busybox(), "sh", "-c", "sleep 2000; true"));
            assertEquals("pause\n", exec(cri, one, "cat /proc/1/comm"));
            var processes = exec(cri, one, "ps");
            assertTrue(processes.contains("sleep 1000") && processes.contains("sleep 2000"), processes);
            assertEquals(2, containers(stage), "the pod's own process is in no list");

            // An orphan of an exec becomes the child of process 1, which has to wait for it.
            var orphan = exec(cri, one, "(sleep 5 >/dev/null & echo $!)").strip();
            assertEquals("1\n", exec(cri, one, "awk '/^PPid/ {print $2}' /proc/" + orphan + "/status"));
            Await.until(
                    "the end of the orphan",
                    () -> exec(cri, one, "test -e /proc/" + orphan + " || echo gone")
                            .equals("gone\n"));

            cri.stop(one, 10);
            assertEquals(143, cri.status(one).getExitCode(), "it is not the first process, so TERM ends it");
            assertEquals(ContainerState.CONTAINER_RUNNING, cri.status(two).getState());
            assertEquals("pause\n", exec(cri, two, "cat /proc/1/comm"));
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static int containers(Stage stage) {
        return stage.daemon()
                .runtime()
                .listContainers(ListContainersRequest.newBuilder()
                        .setFilter(ContainerFilter.getDefaultInstance())
                        .build())
                .getContainersCount();
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun", TestHost.SHIM})
    void whatAContainerLeavesInTheSharedNamespaceEndsWithIt(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            var config = Cri.sharingProcesses(cri.pod("leaving"));
            var pod = cri.run(config);
            var watching = cri.createAndStart(pod, config, sleeper(stage, "watching"));
            var leaving = cri.createAndStart(
                    pod, config, Cri.container("leaving", stage.busybox(), "sh", "-c", "sleep 4321 & sleep 1; exit 3"));
            assertEquals(3, cri.awaitExit(leaving).getExitCode());
            assertFalse(exec(cri, watching, "ps").contains("sleep 4321"), "exited means that nothing of it runs");
            stage.daemon()
                    .runtime()
                    .removeContainer(RemoveContainerRequest.newBuilder()
                            .setContainerId(leaving)
                            .build());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun", TestHost.SHIM})
    void theProcessOutlivesTheDaemonAndItsEndStopsThePod(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var config = Cri.sharingProcesses(stage.cri().pod("outliving"));
            var pod = stage.cri().run(config);
            var one = stage.cri().createAndStart(pod, config, sleeper(stage, "one"));
            var pid = pid(stage, pod);
            assertEquals(
                    "pause", Files.readString(Path.of("/proc/" + pid + "/comm")).strip());

            stage.crashAndRestart();
            var cri = stage.cri();
            assertEquals(PodSandboxState.SANDBOX_READY, cri.podStatus(pod).getState());
            assertEquals(pid, pid(stage, pod));
            assertEquals("pause\n", exec(cri, one, "cat /proc/1/comm"));
            var two = cri.createAndStart(pod, config, sleeper(stage, "two"));
            assertTrue(exec(cri, one, "ps | grep -c 'sleep 1000'").strip().compareTo("2") >= 0);

            assertTrue(ProcessHandle.of(pid).orElseThrow().destroy(), "SIGTERM");
            Await.until(
                    "the pod to be stopped", () -> cri.podStatus(pod).getState() == PodSandboxState.SANDBOX_NOTREADY);
            assertEquals(ContainerState.CONTAINER_EXITED, cri.awaitExit(one).getState());
            assertEquals(137, cri.awaitExit(two).getExitCode(), "all went with the first process");
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void aProcessThatEndedWhileNoDaemonRanStopsThePodAtTheNextStart() throws Exception {
        try (var stage = Stage.set("runc")) {
            var config = Cri.sharingProcesses(stage.cri().pod("ended"));
            var pod = stage.cri().run(config);
            var pid = pid(stage, pod);
            stage.daemon().kill();
            assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
            Await.until("the end of " + pid, () -> isDead(pid));
            stage.crashAndRestart();
            assertEquals(
                    PodSandboxState.SANDBOX_NOTREADY, stage.cri().podStatus(pod).getState());
            stage.cri().removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static boolean isDead(int pid) throws IOException {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (IOException gone) {
            return !Files.exists(Path.of("/proc/" + pid));
        }
    }

    @Test
    void withoutPauseImageOnlyPodsThatShareFailAndSayWhy() throws Exception {
        try (var stage = Stage.set("runc")) {
            var missing = stage.registry().address() + "/pause:missing";
            Files.writeString(
                    stage.host().configuration(),
                    Files.readString(stage.host().configuration())
                            .replace("pause_image = \"" + stage.busybox(), "pause_image = \"" + missing));
            stage.restart();
            var cri = stage.cri();
            var sharing = Cri.sharingProcesses(cri.pod("without"));
            var failure = assertThrows(StatusRuntimeException.class, () -> cri.run(sharing));
            assertTrue(failure.getMessage().contains("pause_image can't be had"), failure::getMessage);
            assertTrue(failure.getMessage().contains(missing), failure::getMessage);
            stage.assertNothingIsLeft();
            cri.removePod(cri.run(cri.pod("plain")));
            stage.assertNothingIsLeft();

            Files.writeString(
                    stage.host().configuration(),
                    Files.readString(stage.host().configuration()).replace(missing, stage.busybox()));
            Programs.output("kill", "-HUP", Long.toString(stage.daemon().pid()));
            Await.until(
                    "the new pause_image",
                    () -> TestDaemon.logOf(stage.host()).contains("taken up: crio.image.pause_image"));
            cri.removePod(cri.run(sharing));
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void theImageOfARunningPodsProcessStays() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            var pod = cri.run(Cri.sharingProcesses(cri.pod("image")));
            var images = stage.daemon().images();
            var image =
                    images.listImages(ListImagesRequest.getDefaultInstance()).getImages(0);
            assertTrue(image.getPinned());
            var removal = RemoveImageRequest.newBuilder()
                    .setImage(ImageSpec.newBuilder().setImage(image.getId()))
                    .build();
            var refused = assertThrows(StatusRuntimeException.class, () -> images.removeImage(removal));
            assertTrue(refused.getMessage().contains("used by pod " + pod), refused::getMessage);
            cri.stopPod(pod);
            var _ = images.removeImage(removal);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void otherPodsHaveNoProcessOfTheirOwnUnlessTheConfigurationWantsIt() throws Exception {
        try (var stage = Stage.set("runc")) {
            var plain = stage.cri().run(stage.cri().pod("plain"));
            assertEquals(0, pid(stage, plain));
            stage.cri().removePod(plain);
            stage.host().configure("crio.runtime", "drop_infra_ctr = false");
            stage.restart();
            var cri = stage.cri();
            var config = cri.pod("always");
            var pod = cri.run(config);
            assertTrue(pid(stage, pod) > 0);
            var own = cri.createAndStart(pod, config, sleeper(stage, "own"));
            assertEquals("sleep\n", exec(cri, own, "cat /proc/1/comm"));
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun", TestHost.SHIM})
    void aContainerJoinsTheProcessesOfItsTargetOfTheSamePodOnly(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("target");
            var pod = cri.run(config);
            var other = cri.run(cri.pod("other"));
            var target = cri.createAndStart(pod, config, sleeper(stage, "target"));
            var debug = cri.createAndStart(
                    pod,
                    config,
                    Cri.joining(Cri.container("debug", stage.busybox(), "sh", "-c", "sleep 2000; true"), target));
            assertEquals("sleep\n", exec(cri, debug, "cat /proc/1/comm"));
            assertTrue(exec(cri, target, "ps").contains("sleep 2000"));
            var strange = assertThrows(
                    StatusRuntimeException.class,
                    () -> cri.create(other, cri.pod("other"), Cri.joining(sleeper(stage, "strange"), target)));
            assertEquals(Status.Code.INVALID_ARGUMENT, strange.getStatus().getCode());
            assertTrue(strange.getMessage().contains("has no container " + target), strange::getMessage);

            cri.stop(target, 0);
            assertEquals(137, cri.awaitExit(debug).getExitCode(), "it was in a namespace that has ended");
            var late = assertThrows(
                    StatusRuntimeException.class,
                    () -> cri.create(pod, config, Cri.joining(sleeper(stage, "late"), target)));
            assertEquals(Status.Code.FAILED_PRECONDITION, late.getStatus().getCode());
            cri.removePod(pod);
            cri.removePod(other);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void aContainerCanNotShareWithAPodThatHasNothingToShare() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("own");
            var pod = cri.run(config);
            var sharing = sleeper(stage, "sharing").toBuilder();
            sharing.getLinuxBuilder()
                    .getSecurityContextBuilder()
                    .getNamespaceOptionsBuilder()
                    .setPid(NamespaceMode.POD);
            var refused = assertThrows(StatusRuntimeException.class, () -> cri.create(pod, config, sharing.build()));
            assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }
}
