package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerState;
import dev.carafe.oci.Digest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pods of a handler of `runtime_type` "vm". containerd's own shim stands in for one with virtual machines.
@Tag("system")
class ShimPodsTest {
    private static void assertNothingOfShims(List<String> ids) {
        for (var id : ids) {
            var socket = Digest.sha256(("default/" + id).getBytes(StandardCharsets.UTF_8))
                    .hex();
            for (var path : List.of("/run/containerd/s/" + socket, "/run/containerd/runc/default/" + id)) {
                assertFalse(Files.exists(Path.of(path)), path);
            }
        }
    }

    private static List<String> lines(Stage stage, String name) throws IOException {
        return Files.readAllLines(stage.host().logs().resolve("vm/" + name + ".log")).stream()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    @Test
    void aPodHasAProcessOfItsOwnAndOutlivesTheDaemonsKill() throws Exception {
        try (var stage = Stage.set(TestHost.SHIM)) {
            var before = stage.cri();
            before.pull(stage.busybox());
            var config = before.pod("vm");
            var pod = before.run(config);
            var ticking = before.createAndStart(
                    pod,
                    config,
                    Cri.container(
                            "ticking",
                            stage.busybox(),
                            "sh",
                            "-c",
                            "trap 'exit 7' TERM; i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.05; done"));
            var ending = before.createAndStart(
                    pod, config, Cri.container("ending", stage.busybox(), "sh", "-c", "sleep 1.5; exit 5"));
            var bundle = stage.host().run().resolve("carafe/bundles/" + pod + "/config.json");
            assertTrue(Files.readString(bundle).contains("\"io.kubernetes.cri-o.ContainerType\":\"sandbox\""));
            var ofContainer = Files.readString(bundle.resolveSibling("../" + ticking + "/config.json"));
            assertTrue(ofContainer.contains("\"io.kubernetes.cri-o.ContainerType\":\"container\""));
            assertTrue(ofContainer.contains("\"io.kubernetes.cri-o.SandboxID\":\"" + pod + "\""));

            Await.until("some of the log", () -> lines(stage, "ticking").size() > 5);
            stage.daemon().kill();
            Thread.sleep(2000); // in which one container ends
            stage.crashAndRestart();

            var after = stage.cri();
            assertEquals(pod, after.run(config), "the kubelet's retry finds the pod");
            assertEquals(ContainerState.CONTAINER_RUNNING, after.status(ticking).getState());
            var ended = after.awaitExit(ending);
            assertEquals(5, ended.getExitCode());
            assertEquals("Error", ended.getReason());
            assertTrue(ended.getFinishedAt() > ended.getStartedAt());
            assertEquals("hi\n", after.exec(ticking, "echo", "hi").getStdout().toStringUtf8());
            after.stop(ticking, 10);
            assertEquals(7, after.status(ticking).getExitCode(), "it had the time to end by itself");
            var log = lines(stage, "ticking");
            for (var i = 0; i < log.size(); i++) {
                assertEquals("stdout F tick " + (i + 1), log.get(i));
            }
            after.removePod(pod);
            stage.assertNothingIsLeft();
            assertNothingOfShims(List.of(pod, ticking, ending));
        }
    }

    @Test
    void aPodWhoseShimsAreKilledIsToldSoAndRemovedWithNothingLeft() throws Exception {
        try (var stage = Stage.set(TestHost.SHIM)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("vm");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));
            for (var id : List.of(container, pod)) {
                Programs.output("pkill", "-KILL", "-f", "containerd-shim-runc-v2 .*-id " + id);
            }
            var status = cri.awaitExit(container);
            assertEquals(137, status.getExitCode());
            assertEquals("ContainerStatusUnknown", status.getReason());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
            assertNothingOfShims(List.of(pod, container));
        }
    }

    @Test
    void aProgramThatIsNotInTheImageIsNamedAndNothingIsLeft() throws Exception {
        try (var stage = Stage.set(TestHost.SHIM)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("vm");
            var pod = cri.run(config);
            var failure = assertThrows(
                    StatusRuntimeException.class,
                    () -> cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "/no/such/program")));
            assertTrue(String.valueOf(failure.getMessage()).contains("/no/such/program"), failure::toString);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }
}
