package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.RemoveImageRequest;
import dev.carafe.cri.v1.UpdateContainerResourcesRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The file system of `root` or of `runroot` has no room left, or no inodes: new work is refused and says why and what
/// to do, what runs goes on, and pods can be stopped and removed.
@Tag("system")
class FullDiskTest {
    private static final String SPACE = "space";
    private static final String INODES = "inodes";

    @ParameterizedTest
    @ValueSource(strings = {SPACE, INODES})
    void newWorkIsRefusedAndPodsCanBeRemoved(String lack) throws Exception {
        try (var stage = Stage.set("runc")) {
            var root = moveRoot(stage, lack);
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var folder = Files.createDirectory(stage.host().work().resolve("removable"));
            Files.writeString(folder.resolve("file"), "content");
            var removable = stage.registry().push("removable:1", List.of(folder), "{}");
            cri.pull(removable);
            var unpulled = stage.registry().pushBusybox("other:latest");
            var config = cri.pod("first");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));
            var other = cri.run(cri.pod("other"));
            var ended = cri.createAndStart(
                    other, cri.pod("other"), Cri.container("ended", stage.busybox(), "sleep", "1000"));

            fill(root, lack);
            assertRefused(root, () -> cri.run(cri.pod("second")));
            assertRefused(root, () -> cri.create(pod, config, Cri.container("second", stage.busybox(), "true")));
            assertRefused(root, () -> cri.pull(unpulled));
            assertRefused(root, () -> update(stage, container));
            assertEquals(2, pods(stage));
            assertEquals(0, cri.exec(container, "true").getExitCode());

            cri.stop(ended, 0);
            assertEquals(137, cri.status(ended).getExitCode());
            assertFalse(isExitOnRecord(root, ended));
            cri.stop(container, 0);
            assertEquals(ContainerState.CONTAINER_EXITED, cri.status(container).getState());
            remove(stage, removable);
            cri.removePod(pod); // which makes room
            Await.until("the exit on record", () -> isExitOnRecord(root, ended));
            stage.crashAndRestart();
            assertEquals(1, pods(stage));
            assertEquals(137, stage.cri().status(ended).getExitCode());
            Programs.output("sh", "-c", "rm -r " + root.resolve("filler"));
            stage.cri().removePod(other);
            var again = stage.cri().run(config);
            stage.cri().createAndStart(again, config, Cri.container("main", stage.busybox(), "true"));
            stage.cri().removePod(again);
            var mount = "mount " + root;
            assertEquals(List.of(mount), stage.host().leftovers(stage.daemon().pid()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SPACE, INODES})
    void newWorkIsRefusedWhereRunrootIsFull(String lack) throws Exception {
        try (var stage = Stage.set("runc")) {
            var run = stage.host().run();
            stage.daemon().close();
            Programs.output("rm", "-rf", run.toString());
            Files.createDirectory(run);
            Programs.output("mount", "-t", "tmpfs", "-o", "size=1M,nr_inodes=300,mode=755", "tmpfs", run.toString());
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("first");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));

            fill(run, lack);
            assertRefused(run, () -> cri.run(cri.pod("second")));
            assertRefused(run, () -> cri.create(pod, config, Cri.container("second", stage.busybox(), "true")));
            assertEquals(1, pods(stage));
            assertEquals(0, cri.exec(container, "true").getExitCode());
            cri.stop(container, 0);
            assertEquals(137, cri.status(container).getExitCode());
            cri.removePod(pod);
            Programs.output("rm", "-r", run.resolve("filler").toString());
            cri.removePod(cri.run(config));
            stage.assertNothingIsLeft();
        }
    }

    /// In words that name the disk and say what to do.
    private static void assertRefused(Path disk, Executable work) {
        var refusal = assertThrows(StatusRuntimeException.class, work);
        var text = String.valueOf(refusal.getMessage());
        assertTrue(text.contains("No space left on device; the file system of " + disk), text);
        assertTrue(
                text.endsWith(" inodes left; free some of it: pods, containers and images can still be removed"), text);
    }

    private static void remove(Stage stage, String image) {
        var images = stage.daemon().images();
        var _ = images.removeImage(RemoveImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(image))
                .build());
        assertEquals(
                1, images.listImages(ListImagesRequest.getDefaultInstance()).getImagesCount());
    }

    private static void update(Stage stage, String container) {
        var resources = LinuxContainerResources.newBuilder().setCpuShares(77);
        var _ = stage.daemon()
                .runtime()
                .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(container)
                        .setLinux(resources)
                        .build());
    }

    private static boolean isExitOnRecord(Path root, String container) throws IOException {
        return Files.readString(root.resolve("carafe/state/containers/" + container + ".json"))
                .contains("\"exited\"");
    }

    private static int pods(Stage stage) {
        return stage.daemon()
                .runtime()
                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                .getItemsCount();
    }

    /// Onto a small file system of its own.
    private static Path moveRoot(Stage stage, String lack) throws IOException, InterruptedException {
        stage.daemon().close();
        var work = stage.host().work();
        var root = work.resolve("root");
        var inodes = lack.equals(INODES) ? "-N 1200" : "";
        Programs.output("sh", "-c", "rm -rf %1$s; mkdir %1$s; truncate -s 48M %1$s.disk".formatted(root));
        Programs.output(
                "sh", "-c", "mkfs.ext4 -q -m 0 %2$s %1$s.disk && mount -o loop %1$s.disk %1$s".formatted(root, inodes));
        stage.restart();
        return root;
    }

    private static void fill(Path root, String lack) throws IOException, InterruptedException {
        var filler = Files.createDirectory(root.resolve("filler"));
        Programs.run(List.of(
                "sh",
                "-c",
                lack.equals(SPACE)
                        ? "for size in 65536 4096 1; do dd if=/dev/zero of=%s/$size bs=$size 2>/dev/null; done; true"
                                .formatted(filler)
                        : "i=0; while : >%s/$i; do i=$((i + 1)); done 2>/dev/null; true".formatted(filler)));
    }
}
