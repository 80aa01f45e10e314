package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.PodSandboxState;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a reboot or an upgrade leaves: no process, mount or namespace, and an empty tmpfs, but all records and images.
@Tag("system")
class RebootTest {
    @Test
    void podsOfBeforeAreNotReadyKeepTheirExitsAndCanBeRemoved() throws Exception {
        try (var stage = Stage.set("runc")) {
            var before = stage.cri();
            before.pull(stage.busybox());
            var config = before.pod("rebooted");
            var pod = before.run(config);
            var running =
                    before.createAndStart(pod, config, Cri.container("running", stage.busybox(), "sleep", "1000"));
            var ended =
                    before.createAndStart(pod, config, Cri.container("ended", stage.busybox(), "sh", "-c", "exit 3"));
            before.awaitExit(ended);
            var sharing = Cri.sharingProcesses(before.pod("sharing"));
            var other = before.run(sharing);
            before.create(other, sharing, Cri.container("created", stage.busybox(), "true"));

            reboot(stage);
            var after = stage.cri();
            for (var one : List.of(pod, other)) {
                assertEquals(
                        PodSandboxState.SANDBOX_NOTREADY, after.podStatus(one).getState());
            }
            assertEquals(ContainerState.CONTAINER_EXITED, after.status(running).getState());
            assertEquals("ContainerStatusUnknown", after.status(running).getReason());
            assertEquals(3, after.status(ended).getExitCode());
            assertEquals(1, imageCount(stage));
            // The power went while the daemon ran.
            assertTrue(TestDaemon.logOf(stage.host()).contains("the store is whole"));

            var again = after.run(before.pod("rebooted").toBuilder()
                    .setMetadata(config.getMetadata().toBuilder().setAttempt(1))
                    .build());
            after.createAndStart(again, config, Cri.container("running", stage.busybox(), "sleep", "1000"));
            for (var one : List.of(again, pod, other)) {
                after.removePod(one);
            }
            stage.assertNothingIsLeft();
        }
    }

    /// Its addresses would be nobody's for ever: the plugin's leases outlive a reboot as the node keeps them.
    @Test
    void theNetworkOfAPodThatLostItsRecordAndItsNamespaceIsFreed() throws Exception {
        try (var stage = Stage.set("runc")) {
            var pod = stage.cri().run(stage.cri().pod("lost"));
            var host = stage.host();
            stage.daemon().kill();
            endAll(stage);
            Files.delete(host.work().resolve("root/carafe/state/pods").resolve(pod + ".json"));
            assertTrue(host.leftovers(0).stream().anyMatch(left -> left.contains("/leases/")));
            assertTrue(host.leftovers(0).stream().anyMatch(left -> left.contains("/var/lib/cni/results/")));
            stage.restart();
            Await.until(
                    "the end of the lease and of the cached result",
                    () -> host.leftovers(stage.daemon().pid()).isEmpty());
        }
    }

    @Test
    void theWipeRemovesPodsAfterARebootAndImagesWhenItIsForcedTo() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("wiped");
            var pod = cri.run(config);
            cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));

            stage.daemon().close();
            var nothing = wipe(stage);
            assertTrue(nothing.output().startsWith("nothing to wipe"), nothing::output);
            endAll(stage);
            var pods = wipe(stage);
            assertEquals(0, pods.code(), pods::output);
            assertTrue(pods.output().contains("removed pod " + pod + " (tests/wiped)"), pods::output);
            stage.restart();
            assertEquals(0, podCount(stage));
            assertEquals(1, imageCount(stage));
            stage.assertNothingIsLeft();

            stage.daemon().close();
            var all = wipe(stage, "--force");
            assertEquals(0, all.code(), all::output);
            assertTrue(all.output().contains("removed image "), all::output);
            stage.restart();
            assertEquals(0, imageCount(stage));
            assertEquals(List.of(), stage.host().storageLeftovers());
        }
    }

    @Test
    void imagesOfAnotherVersionGoOnlyWhereTheConfigurationSaysSo() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var file = stage.host().work().resolve("persistent-version");
            Files.writeString(file, "0.0.1\n");
            stage.restart();
            assertEquals(1, imageCount(stage));
            stage.host().configure("crio", "version_file_persist = \"" + file + "\"");
            stage.restart();
            assertEquals(0, imageCount(stage));
            assertFalse(Files.readString(file).contains("0.0.1"));
            stage.cri().pull(stage.busybox());
            stage.restart();
            assertEquals(1, imageCount(stage));
        }
    }

    @Test
    void noImageGoesAndNothingIsCheckedWhereTheConfigurationSaysSo() throws Exception {
        try (var stage = Stage.set("runc")) {
            stage.cri().pull(stage.busybox());
            var file = stage.host().work().resolve("persistent-version");
            stage.host().configure("crio", "version_file_persist = \"" + file + "\"");
            stage.host().configure("crio", "internal_wipe = false");
            stage.host().configure("crio", "internal_repair = false");
            stage.restart();
            Files.writeString(file, "0.0.1\n");
            reboot(stage);
            assertEquals(1, imageCount(stage));
            assertFalse(TestDaemon.logOf(stage.host()).contains("checking the store"));
        }
    }

    @Test
    void theCheckRemovesWhatStandsOnADamagedLayerOnlyWhenItIsForcedTo() throws Exception {
        try (var stage = Stage.set("runc")) {
            var container = runOnDamaged(stage);
            var found = carafe(stage, "check");
            assertEquals(1, found.code(), found::output);
            assertTrue(found.output().contains("container " + container + " stands on it"), found::output);
            var kept = carafe(stage, "check", "--repair");
            assertEquals(1, kept.code(), kept::output);
            assertTrue(kept.output().contains("stays: a container stands on it"), kept::output);
            stage.start();
            assertEquals(
                    ContainerState.CONTAINER_RUNNING,
                    stage.cri().status(container).getState());

            stage.daemon().close();
            var forced = carafe(stage, "check", "--repair", "--force");
            assertEquals(0, forced.code(), forced::output);
            stage.start();
            assertThrows(StatusRuntimeException.class, () -> stage.cri().status(container));
            assertEquals(1, podCount(stage));
            assertEquals(0, imageCount(stage));

            runOnDamaged(stage);
            var wiped = carafe(stage, "check", "--repair", "--wipe", "--quiet");
            assertEquals(0, wiped.code(), wiped::output);
            stage.start();
            assertEquals(0, podCount(stage));
            assertEquals(0, imageCount(stage));
            stage.assertNothingIsLeft();
        }
    }

    /// And stops the daemon.
    ///
    /// @return the container
    private static String runOnDamaged(Stage stage) throws Exception {
        var cri = stage.cri();
        cri.pull(stage.busybox());
        var pod = cri.run(cri.pod("damaged"));
        var container =
                cri.createAndStart(pod, cri.pod("damaged"), Cri.container("main", stage.busybox(), "sleep", "1000"));
        stage.daemon().close();
        Programs.output(
                "sh",
                "-c",
                "for layer in %s/root/layers/sha256/*/fs; do touch $layer/evil; done"
                        .formatted(stage.host().work()));
        return container;
    }

    private static int podCount(Stage stage) {
        return stage.daemon()
                .runtime()
                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                .getItemsCount();
    }

    private static int imageCount(Stage stage) {
        return stage.daemon()
                .images()
                .listImages(ListImagesRequest.getDefaultInstance())
                .getImagesCount();
    }

    private static void reboot(Stage stage) throws Exception {
        stage.daemon().kill();
        endAll(stage);
        stage.restart();
    }

    /// As the end of the kernel does it, for what a test's part of the host has.
    private static void endAll(Stage stage) throws Exception {
        var host = stage.host();
        host.endAll();
        for (var gone : List.of("run", "exits", "attach", "namespaces", "runtime", "version")) {
            Programs.output(
                    "rm", "-rf", "--one-file-system", host.work().resolve(gone).toString());
        }
    }

    private static Programs.Result wipe(Stage stage, String... flags) throws Exception {
        return carafe(stage, "wipe", flags);
    }

    private static Programs.Result carafe(Stage stage, String subcommand, String... flags) throws Exception {
        var project = Path.of(System.getProperty("carafe.project", ".."))
                .toAbsolutePath()
                .normalize();
        var command = new ArrayList<>(List.of(
                project.resolve("carafe").toString(),
                "--config",
                stage.host().configuration().toString(),
                "--config-dir",
                ""));
        command.add(subcommand);
        command.addAll(List.of(flags));
        return Programs.run(command);
    }
}
