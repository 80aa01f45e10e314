package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.Image;
import dev.carafe.engine.Invalid;
import dev.carafe.oci.Digest;
import dev.carafe.oci.Platform;
import dev.carafe.storage.ImageIndex;
import dev.carafe.storage.Layers;
import dev.carafe.storage.StoredImage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What images are called, what pulling and removing them costs and does, as the kubelet and crictl see it.
@Tag("system")
class ImagesTest {
    @Test
    void aMovedTagLeavesItsOldImageWithItsDigest() throws Exception {
        try (var node = ProxiedNode.start()) {
            var tag = node.push("app:1", 1);
            var first = node.pull(tag);
            var digest = node.status(tag).getRepoDigests(0);
            node.push("app:1", 2);
            var second = node.pull(tag);
            assertNotEquals(first, second);
            assertEquals(second, node.status(tag).getId());
            assertEquals(List.of(tag), node.status(second).getRepoTagsList());
            var left = node.status(first);
            assertEquals(List.of(), left.getRepoTagsList());
            assertEquals(List.of(digest), left.getRepoDigestsList());
            assertEquals(digest, left.getSpec().getImage());
            assertEquals(first, node.status(digest).getId());
            assertEquals(
                    List.of(second, first),
                    node.images().stream().map(Image::getId).toList());
        }
    }

    @Test
    void anImageIsTheSameByEachOfItsNames() throws Exception {
        try (var node = ProxiedNode.start()) {
            var tag = node.push("app:1", 1, 2);
            var digest = "sha256:"
                    + Digest.sha256(node.manifest("app", "1").getBytes(StandardCharsets.UTF_8))
                            .hex();
            var pinned = node.proxy().address() + "/app@" + digest;
            var id = node.pull(pinned);
            assertEquals(List.of(), node.status(pinned).getRepoTagsList());
            assertEquals(List.of(pinned), node.status(pinned).getRepoDigestsList());
            assertEquals(id, node.pull(tag));
            var image = node.status(tag);
            assertEquals(List.of(tag), image.getRepoTagsList());
            assertEquals(List.of(pinned), image.getRepoDigestsList());
            assertEquals(1000, image.getUid().getValue());
            assertTrue(image.getSize() > 600_000, "two layers of 300 kB and more: " + image.getSize());
            var both = tag + "@" + digest;
            for (var name :
                    List.of(pinned, both, id, "sha256:" + id, id.substring(0, 12), "sha256:" + id.substring(0, 9))) {
                assertEquals(image, node.status(name), name);
                assertEquals(List.of(image), node.images(name), name);
            }
            for (var missing : List.of("app:2", tag + "0", "f".repeat(64), id.substring(0, 3), "not A name")) {
                assertFalse(
                        node.engine()
                                .images()
                                .status(ProxiedNode.spec(missing), true)
                                .hasImage(),
                        missing);
                assertEquals(List.of(), node.images(missing), missing);
            }
        }
    }

    @Test
    void anImageIsRemovedByAnyOfItsNamesWithAllOfThem() throws Exception {
        try (var node = ProxiedNode.start()) {
            var tag = node.push("app:1", 1);
            var other = node.push("copy:2", 1);
            var id = node.pull(tag);
            var digest = node.status(tag).getRepoDigests(0);
            for (var name : List.of(tag, other, digest, id, "sha256:" + id, id.substring(0, 13))) {
                assertEquals(id, node.pull(tag));
                assertEquals(id, node.pull(other));
                assertEquals(2, node.status(id).getRepoTagsCount());
                node.remove(name);
                assertEquals(List.of(), node.images(), name);
                node.remove(name);
            }
        }
    }

    @Test
    void anIdOfSeveralImagesRemovesNone() throws Exception {
        var host = TestHost.create("runc");
        var storage = PodLife.configuration(host).storage();
        var ids = List.of("abcd" + "0".repeat(60), "abcd" + "1".repeat(60));
        try (var layers = Layers.open(storage)) {
            var index = ImageIndex.open(storage, layers);
            for (var id : ids) {
                index.put(new StoredImage(
                        new Digest("sha256", id),
                        new Digest("sha256", id),
                        "{}",
                        "{\"rootfs\":{}}",
                        List.of(),
                        List.of("quay.io/" + id.substring(0, 5) + ":1"),
                        List.of(),
                        1,
                        Instant.EPOCH));
            }
        }
        try (var node = ProxiedNode.start(host)) {
            var refusal = assertThrows(Invalid.class, () -> node.remove("abcd"));
            assertTrue(String.valueOf(refusal.getMessage()).contains("2 images begin with abcd"), refusal.toString());
            assertFalse(node.engine()
                    .images()
                    .status(ProxiedNode.spec("abcd"), false)
                    .hasImage());
            assertEquals(2, node.images().size());
            node.remove("abcd0");
            assertEquals(
                    ids.subList(1, 2), node.images().stream().map(Image::getId).toList());
            node.remove("abcd");
            assertEquals(List.of(), node.images());
        }
    }

    @Test
    void aSecondPullCostsOneManifestRequest() throws Exception {
        try (var node = ProxiedNode.start()) {
            var tag = node.push("app:1", 1);
            var manifest = node.manifest("app", "1").getBytes(StandardCharsets.UTF_8);
            node.putIndex("app", "many", """
                    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
                     {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":%d,
                      "platform":{"os":"linux","architecture":"%s"}}]}""".formatted(
                    Digest.sha256(manifest), manifest.length, Platform.host().architecture()));
            for (var name : List.of("1", "many")) {
                var image = node.proxy().address() + "/app:" + name;
                var id = node.pull(image);
                node.proxy().forgetRequests();
                assertEquals(id, node.pull(image));
                assertEquals(List.of("/v2/app/manifests/" + name), node.proxy().requests());
                node.remove(tag);
            }
        }
    }

    @Test
    void aBlobThatTwoImagesShareIsFetchedOnceThoughBothArePulledAtOnce() throws Exception {
        try (var node = ProxiedNode.start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = node.push("one:1", 1, 2);
            var two = node.push("two:1", 1, 3);
            var shared = node.blobs("one", "1").getFirst();
            assertEquals(shared, node.blobs("two", "1").getFirst());
            var gate = node.proxy().hold(shared);
            var pulls = List.of(threads.submit(() -> node.pull(one)), threads.submit(() -> node.pull(two)));
            for (var own : List.of(
                    node.blobs("one", "1").getLast(), node.blobs("two", "1").getLast())) {
                Await.until("both pulls' own layers", () -> node.proxy().count(own) == 1);
            }
            Await.until("the shared layer's request", () -> node.proxy().count(shared) == 1);
            gate.countDown();
            for (var pull : pulls) {
                pull.get();
            }
            assertEquals(1, node.proxy().count(shared));
            assertEquals(2, node.images().size());
        }
    }

    @Test
    void callersOfTheSamePullShareIt() throws Exception {
        try (var node = ProxiedNode.start()) {
            var tag = node.push("app:1", 1, 2);
            var gate = node.proxy().hold("/manifests/");
            var threads = new ArrayList<Thread>();
            var results = new ArrayList<Future<String>>();
            Callable<String> pull = () -> node.pull(tag);
            for (var caller = 0; caller < 6; caller++) {
                var task = new FutureTask<>(pull);
                results.add(task);
                threads.add(Thread.ofPlatform().start(task));
            }
            Await.until(
                    "all callers to wait",
                    () -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
            gate.countDown();
            for (var result : results) {
                assertEquals(results.getFirst().get(), result.get());
            }
            assertEquals(1, node.proxy().count("/manifests/"));
            assertEquals(3, node.proxy().count("/blobs/"));
        }
    }
}
