package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.Image;
import dev.carafe.cri.v1.ImageFsInfoRequest;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.RemoveImageRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Images in a store that skopeo has filled, and those of the daemon in a folder of their own.
@Tag("system")
class AdditionalStoresTest {
    /// With the image of the registry in an additional store, beside one that is damaged and one that is missing.
    private static Stage stage() throws IOException, InterruptedException {
        var stage = Stage.set("runc");
        try {
            var work = stage.host().work();
            var target = "containers-storage:[overlay@" + work + "/store+" + work + "/store-run]" + stage.busybox();
            Programs.output(
                    "skopeo",
                    "--insecure-policy",
                    "copy",
                    "--src-tls-verify=false",
                    "docker://" + stage.busybox(),
                    target);
            Programs.output("umount", work + "/store/overlay"); // skopeo mounts it onto itself
            Files.writeString(
                    Files.createDirectories(work.resolve("damaged/overlay-images"))
                            .resolve("images.json"),
                    "[{");
            stage.host()
                    .configure(
                            "crio",
                            "storage_option = [\"overlay.imagestore=" + work + "/damaged," + work
                                    + "/missing\", \"overlay."
                                    + "additionalimagestores=" + work + "/store\"]\nimagestore = \"" + work
                                    + "/images\"");
            stage.restart();
            return stage;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            stage.close();
            throw e;
        }
    }

    private static List<Image> images(Stage stage) {
        return stage.daemon()
                .images()
                .listImages(ListImagesRequest.getDefaultInstance())
                .getImagesList();
    }

    private static void remove(Stage stage, String image) {
        var _ = stage.daemon()
                .images()
                .removeImage(RemoveImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .build());
    }

    private static void assertStays(Stage stage, String why) {
        var refused = assertThrows(StatusRuntimeException.class, () -> remove(stage, stage.busybox()));
        assertEquals(Status.Code.FAILED_PRECONDITION, refused.getStatus().getCode());
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused::getMessage);
    }

    private static long blobs(Stage stage) throws IOException {
        return stage.registry()
                .log()
                .lines()
                .filter(line -> line.contains("GET /v2/") && line.contains("/blobs/"))
                .count();
    }

    private static boolean isWithoutLayers(Path images) throws IOException {
        try (var layers = Files.list(images.resolve("layers/sha256"))) {
            return layers.findAny().isEmpty();
        }
    }

    @Test
    void aPodRunsOnAnImageOfAnAdditionalStoreWhichIsNeitherFetchedNorRemoved() throws Exception {
        try (var stage = stage()) {
            var work = stage.host().work();
            var log = Files.readString(stage.host().daemonLog());
            assertTrue(log.contains(work + "/damaged") && log.contains(work + "/missing"), log);
            var image = images(stage).getFirst();
            assertEquals(1, images(stage).size());
            assertEquals(List.of(stage.busybox()), image.getRepoTagsList());
            assertEquals(1, image.getRepoDigestsCount());
            assertTrue(image.getPinned());
            assertTrue(image.getSize() > Files.size(Path.of("/bin/busybox")), image::toString);
            assertStays(stage, work + "/store");

            var config = stage.cri().pod("stores");
            var pod = stage.cri().run(config);
            var container =
                    stage.cri().createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));
            var written = stage.cri().exec(container, "sh", "-c", "cat /etc/group; echo more > /etc/more");
            assertTrue(written.getStdout().toStringUtf8().contains("extra:x:3000:web"));
            assertStays(stage, "used by container " + container);
            stage.crashAndRestart();
            assertEquals(
                    "more\n",
                    stage.cri().exec(container, "cat", "/etc/more").getStdout().toStringUtf8());

            var blobs = blobs(stage);
            assertEquals(image.getId(), stage.cri().pull(stage.busybox()));
            assertEquals(blobs, blobs(stage), "all of it is there");
            assertTrue(isWithoutLayers(work.resolve("images")));

            var systems = stage.daemon().images().imageFsInfo(ImageFsInfoRequest.getDefaultInstance());
            assertEquals(
                    work + "/images", systems.getImageFilesystems(0).getFsId().getMountpoint());
            assertEquals(0, systems.getImageFilesystems(0).getUsedBytes().getValue());
            var containers = systems.getContainerFilesystems(0);
            assertEquals(work + "/root", containers.getFsId().getMountpoint());
            assertTrue(containers.getUsedBytes().getValue() >= "more\n".length(), containers::toString);

            stage.cri().stop(container, 0);
            var _ = stage.daemon()
                    .runtime()
                    .removeContainer(RemoveContainerRequest.newBuilder()
                            .setContainerId(container)
                            .build());
            remove(stage, stage.busybox()); // what the pull has made of it here
            assertEquals(List.of(image), images(stage));
            assertStays(stage, work + "/store");
            stage.cri().removePod(pod);
            stage.assertNothingIsLeft();
        }
    }
}
