package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.PodSandboxState;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// The kernel has found the file system of `root` broken and lets nobody write to it: new work is refused and says
/// why, what runs goes on, ends are told, and pods can be stopped. After a repair, which takes a reboot, the node is
/// whole.
@Tag("system")
class ReadOnlyRootTest {
    private static final String REFUSAL = "Read-only file system";

    @Test
    void newWorkIsRefusedPodsCanBeStoppedAndAllGoesOnOnceItIsRepaired() throws Exception {
        try (var stage = Stage.set("runc")) {
            var root = moveRoot(stage);
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("first");
            var container = Cri.container("main", stage.busybox(), "sleep", "1000");
            var pod = cri.run(config);
            var running = cri.createAndStart(pod, config, container);
            var other = cri.run(cri.pod("other"));
            var ends = cri.createAndStart(other, cri.pod("other"), container);
            var created = cri.create(other, cri.pod("other"), Cri.container("created", stage.busybox(), "sleep", "99"));

            breakDown(root);
            assertRefused(() -> cri.run(cri.pod("second")));
            assertRefused(() -> cri.create(pod, config, Cri.container("second", stage.busybox(), "true")));
            var unpulled = stage.registry().pushBusybox("other:latest");
            assertRefused(() -> cri.pull(unpulled));
            assertEquals(0, cri.exec(running, "true").getExitCode());
            cri.start(created);
            assertEquals(ContainerState.CONTAINER_RUNNING, cri.status(created).getState());
            cri.stop(ends, 0);
            assertEquals(137, cri.status(ends).getExitCode());
            cri.stopPod(other);
            assertEquals(PodSandboxState.SANDBOX_NOTREADY, cri.podStatus(other).getState());
            assertEquals(ContainerState.CONTAINER_EXITED, cri.status(created).getState());
            assertRefused(() -> cri.removePod(other));

            stage.daemon().close();
            var refusal = assertThrows(AssertionError.class, () -> TestDaemon.start(stage.host()));
            assertTrue(String.valueOf(refusal.getMessage()).contains(REFUSAL), refusal::getMessage);
            repair(stage, root);
            stage.restart();
            var after = stage.cri();
            assertEquals(137, after.status(ends).getExitCode());
            for (var one : List.of(pod, other)) {
                assertEquals(
                        PodSandboxState.SANDBOX_NOTREADY, after.podStatus(one).getState());
                after.removePod(one);
            }
            var again = after.run(after.pod("second"));
            after.createAndStart(again, after.pod("second"), container);
            after.removePod(again);
            assertEquals(
                    List.of("mount " + root),
                    stage.host().leftovers(stage.daemon().pid()));
        }
    }

    private static void assertRefused(Executable work) {
        var refusal = assertThrows(StatusRuntimeException.class, work);
        assertTrue(String.valueOf(refusal.getMessage()).contains(REFUSAL), refusal::getMessage);
    }

    /// Onto a small file system of its own.
    private static Path moveRoot(Stage stage) throws IOException, InterruptedException {
        stage.daemon().close();
        var root = stage.host().work().resolve("root");
        Programs.output("sh", "-c", "rm -rf %1$s; mkdir %1$s; truncate -s 64M %1$s.disk".formatted(root));
        Programs.output("sh", "-c", "mkfs.ext4 -q -m 0 %1$s.disk".formatted(root));
        mount(root);
        stage.restart();
        return root;
    }

    private static void mount(Path root) throws IOException, InterruptedException {
        Programs.output("mount", "-o", "loop,errors=remount-ro", root + ".disk", root.toString());
    }

    /// As the kernel does it when it reads what can't be so. What was written in the last moments before it, which may
    /// be lost, is on the disk.
    private static void breakDown(Path root) throws IOException, InterruptedException {
        Programs.output("sync", "-f", root.toString());
        var device = Path.of(
                Programs.output("findmnt", "-no", "SOURCE", root.toString()).strip());
        Files.writeString(Path.of("/sys/fs/ext4", device.getFileName().toString(), "trigger_fs_error"), "for a test");
    }

    private static void repair(Stage stage, Path root) throws IOException, InterruptedException {
        stage.host().endAll();
        Await.until(
                "the end of the file system",
                () -> !Programs.output("losetup", "-a").contains(root + ".disk"));
        assertEquals(1, Programs.run(List.of("fsck.ext4", "-y", root + ".disk")).code(), "errors were corrected");
        mount(root);
    }
}
