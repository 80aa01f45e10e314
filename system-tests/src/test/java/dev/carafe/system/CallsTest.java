package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.Container;
import dev.carafe.cri.v1.ContainerFilter;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ContainerStateValue;
import dev.carafe.cri.v1.ContainerStatusRequest;
import dev.carafe.cri.v1.ImageFilter;
import dev.carafe.cri.v1.ImageFsInfoRequest;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ImageStatusRequest;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.PodSandboxFilter;
import dev.carafe.cri.v1.PodSandboxState;
import dev.carafe.cri.v1.PodSandboxStateValue;
import dev.carafe.cri.v1.PodSandboxStatusRequest;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.RemoveImageRequest;
import dev.carafe.cri.v1.ReopenContainerLogRequest;
import dev.carafe.cri.v1.StatusRequest;
import dev.carafe.cri.v1.StreamContainersRequest;
import dev.carafe.cri.v1.StreamImagesRequest;
import dev.carafe.cri.v1.StreamPodSandboxesRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the kubelet asks about pods, containers and images that are there, and what a call promises when it comes
/// twice, or late.
@Tag("system")
class CallsTest {
    private static final int CALLERS = 8;

    @Test
    void listsAreFilteredByIdStateLabelsAndPod() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var oneConfig = cri.pod("one");
            var one = cri.run(oneConfig);
            var two = cri.run(cri.pod("two"));
            var running = cri.createAndStart(one, oneConfig, Cri.container("a", stage.busybox(), "sleep", "1000"));
            var ended = cri.createAndStart(one, oneConfig, Cri.container("b", stage.busybox(), "true"));
            cri.awaitExit(ended);
            cri.stopPod(two);

            assertEquals(Set.of(one, two), pods(cri, PodSandboxFilter.newBuilder()));
            assertEquals(Set.of(one), pods(cri, PodSandboxFilter.newBuilder().setId(one.substring(0, 13))));
            assertEquals(Set.of(two), pods(cri, PodSandboxFilter.newBuilder().putLabelSelector("app", "two")));
            assertEquals(Set.of(), pods(cri, PodSandboxFilter.newBuilder().putLabelSelector("app", "three")));
            var ready = PodSandboxStateValue.newBuilder().setState(PodSandboxState.SANDBOX_READY);
            assertEquals(Set.of(one), pods(cri, PodSandboxFilter.newBuilder().setState(ready)));

            assertEquals(Set.of(running, ended), containers(cri, ContainerFilter.newBuilder()));
            assertEquals(
                    Set.of(ended), containers(cri, ContainerFilter.newBuilder().setId(ended)));
            assertEquals(Set.of(), containers(cri, ContainerFilter.newBuilder().setPodSandboxId(two)));
            assertEquals(
                    Set.of(running),
                    containers(cri, ContainerFilter.newBuilder().putLabelSelector("container", "a")));
            var exited = ContainerStateValue.newBuilder().setState(ContainerState.CONTAINER_EXITED);
            assertEquals(
                    Set.of(ended), containers(cri, ContainerFilter.newBuilder().setState(exited)));
            cri.removePod(one);
            cri.removePod(two);
            stage.assertNothingIsLeft();
        }
    }

    /// As the list and as the stream say alike.
    private static Set<String> pods(Cri cri, PodSandboxFilter.Builder filter) {
        var streamed = new HashSet<String>();
        cri.daemon()
                .runtime()
                .streamPodSandboxes(
                        StreamPodSandboxesRequest.newBuilder().setFilter(filter).build())
                .forEachRemaining(
                        part -> part.getPodSandboxesList().forEach(pod -> assertTrue(streamed.add(pod.getId()))));
        var listed = listedPods(cri, filter);
        assertEquals(listed, streamed);
        return listed;
    }

    private static Set<String> listedPods(Cri cri, PodSandboxFilter.Builder filter) {
        return cri
                .daemon()
                .runtime()
                .listPodSandbox(
                        ListPodSandboxRequest.newBuilder().setFilter(filter).build())
                .getItemsList()
                .stream()
                .map(PodSandbox::getId)
                .collect(Collectors.toSet());
    }

    private static Set<String> containers(Cri cri, ContainerFilter.Builder filter) {
        var streamed = new HashSet<String>();
        cri.daemon()
                .runtime()
                .streamContainers(
                        StreamContainersRequest.newBuilder().setFilter(filter).build())
                .forEachRemaining(
                        part -> part.getContainersList().forEach(one -> assertTrue(streamed.add(one.getId()))));
        var listed = listedContainers(cri, filter);
        assertEquals(listed, streamed);
        return listed;
    }

    private static Set<String> listedContainers(Cri cri, ContainerFilter.Builder filter) {
        return cri
                .daemon()
                .runtime()
                .listContainers(
                        ListContainersRequest.newBuilder().setFilter(filter).build())
                .getContainersList()
                .stream()
                .map(Container::getId)
                .collect(Collectors.toSet());
    }

    @Test
    void aVerboseStatusHasTheDetailsThatToolsRead() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("verbose");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("a", stage.busybox(), "sleep", "1000"));
            var runtime = stage.daemon().runtime();
            var terse = ContainerStatusRequest.newBuilder().setContainerId(container);
            assertEquals(0, runtime.containerStatus(terse.build()).getInfoCount());
            var info = runtime.containerStatus(terse.setVerbose(true).build()).getInfoOrThrow("info");
            assertTrue(info.contains("\"pid\"") && info.contains("\"runtimeSpec\""), info);
            var podInfo = runtime.podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                            .setPodSandboxId(pod)
                            .setVerbose(true)
                            .build())
                    .getInfoOrThrow("info");
            assertTrue(podInfo.contains("/namespaces/"), podInfo);
            var node =
                    runtime.status(StatusRequest.newBuilder().setVerbose(true).build());
            assertTrue(node.getStatus().getConditionsList().stream().allMatch(c -> c.getStatus()), node::toString);
            assertFalse(node.getInfoMap().isEmpty());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void imagesAreFoundByEachOfTheirNamesAndGoOnce() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            var images = stage.daemon().images();
            var id = cri.pull(stage.busybox());
            var listed =
                    images.listImages(ListImagesRequest.getDefaultInstance()).getImages(0);
            assertEquals(id, listed.getId());
            assertEquals(
                    listed,
                    images.streamImages(StreamImagesRequest.getDefaultInstance())
                            .next()
                            .getImages(0));
            assertEquals(List.of(stage.busybox()), listed.getRepoTagsList());
            assertTrue(listed.getSize() > 0);
            for (var name : List.of(stage.busybox(), listed.getRepoDigests(0), id, id.replace("sha256:", ""))) {
                assertEquals(id, images.imageStatus(status(name)).getImage().getId(), name);
            }
            var other = ImageFilter.newBuilder().setImage(ImageSpec.newBuilder().setImage("localhost/no/such:tag"));
            assertEquals(
                    0,
                    images.listImages(ListImagesRequest.newBuilder()
                                    .setFilter(other)
                                    .build())
                            .getImagesCount());
            var usage =
                    images.imageFsInfo(ImageFsInfoRequest.getDefaultInstance()).getImageFilesystems(0);
            assertTrue(usage.getUsedBytes().getValue() > 0, usage::toString);
            for (var i = 0; i < 2; i++) {
                var _ = images.removeImage(RemoveImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(id))
                        .build());
            }
            assertFalse(images.imageStatus(status(stage.busybox())).hasImage());
        }
    }

    private static ImageStatusRequest status(String image) {
        return ImageStatusRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(image))
                .build();
    }

    @Test
    void manyWhoAskForTheSamePodAndContainerGetTheSame() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("joined");
            var pods = atOnce(() -> cri.run(config));
            assertEquals(1, pods.size(), pods::toString);
            var pod = pods.iterator().next();
            var container = Cri.container("main", stage.busybox(), "sleep", "1000");
            var containers = atOnce(() -> cri.create(pod, config, container));
            assertEquals(1, containers.size(), containers::toString);
            assertEquals(pods, pods(cri, PodSandboxFilter.newBuilder()));
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static Set<String> atOnce(Callable<String> call) throws Exception {
        var results = new HashSet<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = threads.invokeAll(Collections.nCopies(CALLERS, call));
            for (var result : calls) {
                results.add(result.get());
            }
        }
        return results;
    }

    @Test
    void aReopenedLogGoesOnInANewFile() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("rotated");
            var pod = cri.run(config);
            var container = cri.createAndStart(
                    pod,
                    config,
                    Cri.container("main", stage.busybox(), "sh", "-c", "while :; do echo line; sleep 0.1; done"));
            var log = stage.host().logs().resolve("rotated/main.log");
            Await.until("a line of the log", () -> Files.size(log) > 0);
            var old = log.resolveSibling("main.log.1");
            Files.move(log, old);
            var _ = stage.daemon()
                    .runtime()
                    .reopenContainerLog(ReopenContainerLogRequest.newBuilder()
                            .setContainerId(container)
                            .build());
            assertTrue(Files.exists(log), "the new file is there when the call returns");
            var size = Files.size(old);
            Await.until("a line of the new log", () -> Files.size(log) > 0);
            assertEquals(size, Files.size(old));
            cri.stop(container, 0);
            var late = assertThrows(
                    StatusRuntimeException.class,
                    () -> stage.daemon()
                            .runtime()
                            .reopenContainerLog(ReopenContainerLogRequest.newBuilder()
                                    .setContainerId(container)
                                    .build()));
            assertEquals(Status.Code.FAILED_PRECONDITION, late.getStatus().getCode());
            for (var i = 0; i < 2; i++) {
                var _ = stage.daemon()
                        .runtime()
                        .removeContainer(RemoveContainerRequest.newBuilder()
                                .setContainerId(container)
                                .build());
            }
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }
}
