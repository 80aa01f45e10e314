package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.ListImagesRequest;
import dev.carafe.cri.v1.RemoveImageRequest;
import dev.carafe.storage.StoreCheck;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A daemon that is killed at any moment of a pull leaves a store that checks clean and an image that can be pulled.
@Tag("system")
class PullKillTest {
    private static final int KILLS = Integer.getInteger("carafe.test.kills", 25);
    private static final int LAYERS = 5;
    private static final int FILES = 60;
    private static final int FILE_BYTES = 20_000;

    @Test
    void aKillAtAnyMomentOfAPullLeavesACleanStoreAndTheNextPullSucceeds() throws Exception {
        var seed = Long.getLong("carafe.test.seed", new Random().nextLong());
        var random = new Random(seed);
        try (var stage = Stage.set("runc");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var image = stage.registry().push("killed:1", layers(stage.host().work(), random), "{\"Cmd\":[\"sh\"]}");
            var rangeNanos = nanosOfAPull(stage, image);
            var midway = 0;
            for (var kill = 0; kill < KILLS; kill++) {
                var context = "seed " + seed + ", kill " + kill;
                remove(stage, image);
                var cri = stage.cri();
                var pull = threads.submit(() -> cri.pull(image));
                TimeUnit.NANOSECONDS.sleep(random.nextLong(rangeNanos));
                stage.daemon().kill();
                var hit = failed(pull);
                midway += hit ? 1 : 0;
                // A daemon's later pulls are faster than its first, the more so the busier the machine is.
                rangeNanos = hit ? rangeNanos + rangeNanos / 8 : rangeNanos - rangeNanos / 4;

                try (var check =
                        StoreCheck.open(PodLife.configuration(stage.host()).storage())) {
                    var report = check.run(true);
                    assertTrue(report.isClean(), () -> context + ": " + report);
                }
                stage.crashAndRestart();
                var id = stage.cri().pull(image);
                assertEquals(
                        id,
                        stage.daemon()
                                .images()
                                .listImages(ListImagesRequest.getDefaultInstance())
                                .getImages(0)
                                .getId(),
                        context);
            }
            assertTrue(midway >= KILLS / 5, midway + " of " + KILLS + " kills hit a pull, seed " + seed);
            remove(stage, image);
        }
    }

    private static List<Path> layers(Path work, Random random) throws IOException {
        var folders = new ArrayList<Path>();
        for (var layer = 0; layer < LAYERS; layer++) {
            var folder = Files.createDirectories(work.resolve("killed" + layer + "/etc"));
            for (var file = 0; file < FILES; file++) {
                var bytes = new byte[random.nextInt(FILE_BYTES)];
                random.nextBytes(bytes);
                Files.write(folder.resolve("file" + file), bytes);
            }
            folders.add(folder.getParent());
        }
        return folders;
    }

    /// Of a daemon that has just been started, as those are that will be killed.
    private static long nanosOfAPull(Stage stage, String image) throws Exception {
        stage.restart();
        var begin = System.nanoTime();
        stage.cri().pull(image);
        return System.nanoTime() - begin;
    }

    private static void remove(Stage stage, String image) {
        stage.daemon()
                .images()
                .removeImage(RemoveImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .build());
    }

    private static boolean failed(Future<String> pull) throws InterruptedException {
        try {
            return pull.get().isEmpty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StatusRuntimeException) {
                return true;
            }
            throw new AssertionError(e);
        }
    }
}
