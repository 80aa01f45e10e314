package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.RemoveImageRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Images as volumes of a container, as the kubelet asks for them.
@Tag("system")
class ImageVolumesTest {
    /// Two layers: a file that the upper replaces, a folder, a program, and links that want to lead out of it.
    private static String pushData(Stage stage) throws IOException, InterruptedException {
        var lower = Files.createDirectories(stage.host().work().resolve("data-lower"));
        Files.writeString(lower.resolve("file"), "lower\n");
        Files.writeString(Files.createDirectories(lower.resolve("dir/deep")).resolve("inside"), "inside\n");
        Files.writeString(lower.resolve("program"), "#!/bin/sh\necho ran\n");
        Files.setPosixFilePermissions(lower.resolve("program"), PosixFilePermissions.fromString("rwxr-xr-x"));
        var upper = Files.createDirectories(stage.host().work().resolve("data-upper"));
        Files.writeString(upper.resolve("file"), "upper\n");
        Files.createSymbolicLink(upper.resolve("host"), Path.of("/etc"));
        Files.createSymbolicLink(upper.resolve("up"), Path.of("../../../../etc"));
        Files.createSymbolicLink(upper.resolve("link"), Path.of("/dir/deep"));
        return stage.registry().push("data:1", List.of(lower, upper), "{}");
    }

    private static ContainerConfig container(Stage stage, String name, Mount... mounts) {
        return Cri.container(name, stage.busybox(), "sleep", "1000").toBuilder()
                .addAllMounts(List.of(mounts))
                .build();
    }

    private static Mount subPath(String image, String path, String subPath) {
        return Cri.imageMount(image, path).toBuilder().setImageSubPath(subPath).build();
    }

    private static String exec(Cri cri, String container, String command) {
        return cri.exec(container, "sh", "-c", command + " 2>&1").getStdout().toStringUtf8();
    }

    private static void remove(Stage stage, String image) {
        var _ = stage.daemon()
                .images()
                .removeImage(RemoveImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void anImageIsSeenForReadingOnlyAndStaysForAsLongAsTheContainer(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var data = pushData(stage);
            stage.cri().pull(stage.busybox());
            var dataId = stage.cri().pull(data);
            var config = stage.cri().pod("volumes");
            var pod = stage.cri().run(config);
            var container = stage.cri()
                    .createAndStart(
                            pod,
                            config,
                            container(
                                    stage,
                                    "reader",
                                    Cri.imageMount(data, "/volume"),
                                    subPath(data, "/deep", "dir/deep"),
                                    subPath(data, "/linked", "link")));
            var cri = stage.cri();
            assertEquals("upper\n", exec(cri, container, "cat /volume/file"));
            assertEquals("inside\n", exec(cri, container, "cat /volume/dir/deep/inside"));
            assertEquals("inside\n", exec(cri, container, "cat /deep/inside"));
            assertEquals("inside\n", exec(cri, container, "cat /linked/inside"));
            assertTrue(exec(cri, container, "touch /volume/new").contains("Read-only file system"));
            assertTrue(exec(cri, container, "touch /deep/new").contains("Read-only file system"));
            assertEquals("ran\n", exec(cri, container, "/volume/program"));

            var mounts = cri.status(container).getMountsList();
            assertEquals(3, mounts.size());
            assertEquals("/volume", mounts.getFirst().getContainerPath());
            assertEquals(dataId, mounts.getFirst().getImage().getImage(), "by it the kubelet knows what is in use");
            assertEquals("dir/deep", mounts.get(1).getImageSubPath());
            assertTrue(Files.exists(Path.of(mounts.get(1).getHostPath(), "inside")));

            var used = assertThrows(StatusRuntimeException.class, () -> remove(stage, data));
            assertTrue(used.getMessage().contains("used by container " + container), used::getMessage);
            stage.crashAndRestart();
            assertEquals("upper\n", exec(stage.cri(), container, "cat /volume/file"));
            assertThrows(StatusRuntimeException.class, () -> remove(stage, data));
            stage.cri().stop(container, 0);
            assertThrows(StatusRuntimeException.class, () -> remove(stage, data));
            stage.daemon()
                    .runtime()
                    .removeContainer(RemoveContainerRequest.newBuilder()
                            .setContainerId(container)
                            .build());
            remove(stage, data);
            assertEquals(
                    1,
                    stage.daemon()
                            .images()
                            .listImages(ListImagesRequest.getDefaultInstance())
                            .getImagesCount());
            stage.cri().removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void whatCanNotBeMountedIsToldInTheKubeletsWord() throws Exception {
        try (var stage = Stage.set("runc")) {
            var data = pushData(stage);
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("refused");
            var pod = cri.run(config);
            assertFails(stage, pod, "is not on this node", Cri.imageMount(data, "/volume"));
            cri.pull(data);
            assertFails(stage, pod, "does not exist", subPath(data, "/volume", "missing"));
            assertFails(stage, pod, "is not a folder", subPath(data, "/volume", "file"));
            assertFails(stage, pod, "does not exist", subPath(data, "/volume", "host"));
            assertFails(stage, pod, "does not exist", subPath(data, "/volume", "up"));
            var strange = assertThrows(
                    StatusRuntimeException.class,
                    () -> cri.create(pod, config, container(stage, "x", subPath(data, "/volume", "../x"))));
            assertEquals(Status.Code.INVALID_ARGUMENT, strange.getStatus().getCode());
            remove(stage, data);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static void assertFails(Stage stage, String pod, String why, Mount mount) {
        var cri = stage.cri();
        var failure = assertThrows(
                StatusRuntimeException.class,
                () -> cri.create(pod, cri.pod("refused"), container(stage, "failing", mount)));
        assertEquals(Status.Code.UNKNOWN, failure.getStatus().getCode(), failure::getMessage);
        var description = failure.getStatus().getDescription();
        assertTrue(description != null && description.startsWith("ImageVolumeMountFailed: "), failure::getMessage);
        assertTrue(description.contains(why), description);
    }
}
