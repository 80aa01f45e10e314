package dev.carafe.benchmarks;

import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.RemoveImageRequest;
import dev.carafe.system.Cri;
import dev.carafe.system.TestDaemon;
import dev.carafe.system.TestHost;
import dev.carafe.system.TestRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Pulls beside the same work by hand, alternating in one run, each on a fresh journaled file system: a large image
/// of gzip and of zstd layers, and one of many small files. Prints ratios; needs root.
public final class PullFloor {
    private static final int LAYERS = 9;
    private static final int SMALL_FILES = 60_000;
    private static final int DISK_GIB = 4;
    private static final Duration REST = Duration.ofSeconds(2);
    private static final long MEGABYTE = 1_000_000;

    private final TestHost host;
    private final TestRegistry registry;
    private final int rounds;

    private PullFloor(TestHost host, TestRegistry registry, int rounds) {
        this.host = host;
        this.registry = registry;
        this.rounds = rounds;
    }

    /// @param arguments megabytes of the large image's tars (400), rounds (3), and the cases' names (all)
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var megabytes = arguments.length > 0 ? Long.parseLong(arguments[0]) : 400;
        var rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        var cases = arguments.length > 2 ? arguments[2] : "gzip zstd small";
        try (var host = TestHost.create("runc");
                var registry = TestRegistry.start(host.work())) {
            var floor = new PullFloor(host, registry, rounds);
            var to = new BenchmarkImage.Registry(registry, host.work());
            if (cases.contains("gzip")) {
                floor.compare(
                        "gzip",
                        BenchmarkImage.ofHostFiles(
                                to, "gzip", BenchmarkImage.Compression.GZIP, megabytes * MEGABYTE, LAYERS));
            }
            if (cases.contains("zstd")) {
                floor.compare(
                        "zstd",
                        BenchmarkImage.ofHostFiles(
                                to, "zstd", BenchmarkImage.Compression.ZSTD, megabytes * MEGABYTE, LAYERS));
            }
            if (cases.contains("small")) {
                floor.compare("small", BenchmarkImage.ofSmallFiles(to, "small", SMALL_FILES));
            }
        }
    }

    private void compare(String name, BenchmarkImage image) throws IOException, InterruptedException {
        var hand = new Costs();
        var first = new Costs();
        var third = new Costs();
        var most = 0L;
        for (var i = 0; i < rounds; i++) {
            try (var _ = new JournaledDisk(host.work().resolve("hand"), DISK_GIB)) {
                hand.add(PullByHand.measure(
                        image, registry.address(), name, host.work().resolve("hand")));
            }
            try (var _ = new JournaledDisk(host.work().resolve("root"), DISK_GIB)) {
                useDisk(image);
                most = Math.max(most, measure(image, first, third));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-5s %d layers, %d MB, %d rounds%n  by hand       wall %6.2f s   CPU %6.2f s%n",
                name,
                image.blobs().size(),
                image.bytes() / MEGABYTE,
                rounds,
                hand.wall(),
                hand.cpu());
        print("first pull", first, hand);
        print("third pull", third, hand);
        System.out.printf(
                Locale.ROOT,
                "  first over third %.2f   peak of resident memory over idle %.1f MiB%n",
                first.wall() / third.wall(),
                most / 1024.0);
    }

    /// So that the first pull after a start differs from the third by the daemon alone, not by blocks that the file
    /// system gives out for the first time.
    private void useDisk(BenchmarkImage image) throws IOException, InterruptedException {
        try (var daemon = TestDaemon.start(host)) {
            pull(daemon, image);
            remove(daemon, image);
        }
    }

    /// The most memory over idle, in KiB.
    private long measure(BenchmarkImage image, Costs first, Costs third) throws IOException, InterruptedException {
        try (var daemon = TestDaemon.start(host)) {
            TimeUnit.SECONDS.sleep(REST.toSeconds());
            var idle = ProcessCost.residentKib(daemon.pid());
            first.add(pull(daemon, image));
            remove(daemon, image);
            pull(daemon, image);
            remove(daemon, image);
            third.add(pull(daemon, image));
            var peak = ProcessCost.peakKib(daemon.pid());
            remove(daemon, image);
            return peak - idle;
        }
    }

    private static void print(String what, Costs costs, Costs hand) {
        System.out.printf(
                Locale.ROOT,
                "  %-12s  wall %6.2f s   CPU %6.2f s   ratio: wall %.2f   CPU %.2f%n",
                what,
                costs.wall(),
                costs.cpu(),
                costs.wall() / hand.wall(),
                costs.cpu() / hand.cpu());
    }

    private Cost pull(TestDaemon daemon, BenchmarkImage image) throws IOException {
        var cpu = ProcessCost.cpu(daemon.pid());
        var start = Instant.now();
        new Cri(host, daemon).pull(image.reference());
        var wall = Duration.between(start, Instant.now());
        return new Cost(wall, ProcessCost.cpu(daemon.pid()).minus(cpu));
    }

    private void remove(TestDaemon daemon, BenchmarkImage image) throws IOException, InterruptedException {
        daemon.images()
                .removeImage(RemoveImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image.reference()))
                        .build());
        for (var tries = 0; tries < 600 && !isReclaimed(); tries++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private boolean isReclaimed() throws IOException {
        try (var left = Files.list(host.work().resolve("root/layers/staging"))) {
            return left.findAny().isEmpty();
        }
    }
}
