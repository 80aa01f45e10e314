package dev.carafe.benchmarks;

import dev.carafe.cri.v1.ListContainerStatsRequest;
import dev.carafe.cri.v1.ListPodSandboxMetricsRequest;
import dev.carafe.cri.v1.ListPodSandboxStatsRequest;
import dev.carafe.system.Cri;
import dev.carafe.system.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// Pods come and go for a while, with commands, statistics and pulls between, and the daemon is as it was afterwards:
/// prints its memory, descriptors and threads each minute, and at the end what is left of pods. Needs root.
public final class Soak {
    private static final int WORKERS = 4;
    private static final Duration PRINTED_EACH = Duration.ofMinutes(1);

    /// For what ends in the background, and for what is kept a while to be used again.
    private static final Duration SETTLES = Duration.ofSeconds(70);

    private final Stage stage;
    private final Instant end;
    private final AtomicInteger pods = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();

    private Soak(Stage stage, Instant end) {
        this.stage = stage;
        this.end = end;
    }

    /// @param arguments the runtime, `runc` where none is named, and how many minutes, 30
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var runtime = arguments.length > 0 ? arguments[0] : "runc";
        var minutes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 30;
        boolean isWhole;
        try (var stage = Stage.likeANode(runtime)) {
            stage.host().configure("crio.stats", "included_pod_metrics = [\"all\"]");
            stage.restart();
            stage.cri().pull(stage.busybox());
            isWhole = new Soak(stage, Instant.now().plus(Duration.ofMinutes(minutes))).run();
        }
        if (!isWhole) {
            System.exit(1);
        }
    }

    private boolean run() throws IOException, InterruptedException {
        life("warm-up");
        var before = Usage.of(stage.daemon().pid());
        print("before", before);
        var workers = new ArrayList<Thread>();
        for (var i = 0; i < WORKERS; i++) {
            var name = "worker" + i;
            workers.add(Thread.ofPlatform().start(() -> work(name)));
        }
        // Threads that the runtime's pools start when they are first needed have come by then.
        var warm = Optional.<Usage>empty();
        while (Instant.now().isBefore(end)) {
            var left = Duration.between(Instant.now(), end);
            TimeUnit.MILLISECONDS.sleep(Math.max(1, Math.min(left.toMillis(), PRINTED_EACH.toMillis())));
            var usage = Usage.of(stage.daemon().pid());
            print("after " + pods.get() + " pods", usage);
            warm = warm.or(() -> Optional.of(usage));
        }
        for (var worker : workers) {
            worker.join();
        }
        TimeUnit.MILLISECONDS.sleep(SETTLES.toMillis());
        return summary(before, warm.orElse(before), Usage.of(stage.daemon().pid()));
    }

    private void work(String name) {
        for (var i = 0; Instant.now().isBefore(end); i++) {
            try {
                life(name + "-" + i);
            } catch (RuntimeException e) {
                failures.incrementAndGet();
                System.out.println("pod " + name + "-" + i + " failed: " + e.getMessage());
            }
        }
    }

    private void life(String name) {
        var cri = stage.cri();
        var config = cri.pod(name);
        var pod = cri.run(config);
        var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000"));
        cri.createAndStart(pod, config, Cri.container("short", stage.busybox(), "true"));
        cri.exec(container, "sh", "-c", "echo written > /file");
        cri.pull(stage.busybox());
        var runtime = stage.daemon().runtime();
        runtime.listContainerStats(ListContainerStatsRequest.getDefaultInstance());
        runtime.listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance());
        runtime.listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance());
        cri.stop(container, 0);
        cri.removePod(pod);
        pods.incrementAndGet();
    }

    private boolean summary(Usage before, Usage warm, Usage after) throws IOException, InterruptedException {
        var left = new ArrayList<>(stage.host().leftovers(stage.daemon().pid()));
        left.forEach(one -> System.out.println("left behind: " + one));
        var descriptors = Math.max(0, after.descriptors - before.descriptors);
        var threads = Math.max(0, after.threads - warm.threads);
        print("at the end", after);
        System.out.printf(
                Locale.ROOT,
                "soak: %d pods, %d failures; resident memory %.1f MiB before, %.1f MiB after%n",
                pods.get(),
                failures.get(),
                before.residentKib / 1024.0,
                after.residentKib / 1024.0);
        System.out.printf(
                Locale.ROOT,
                "leaks: %d (%d things of pods, %d descriptors, %d threads)%n",
                left.size() + descriptors + threads,
                left.size(),
                descriptors,
                threads);
        return left.isEmpty() && descriptors == 0 && threads == 0 && failures.get() == 0;
    }

    private static void print(String when, Usage usage) {
        System.out.printf(
                Locale.ROOT,
                "%-18s resident %6.1f MiB, %4d descriptors, %3d threads%n",
                when,
                usage.residentKib / 1024.0,
                usage.descriptors,
                usage.threads);
    }

    /// @param threads without the carriers of virtual threads, of which the JDK has more while some are held up
    private record Usage(long residentKib, int descriptors, int threads) {
        private static final String CARRIER = "ForkJoinPool-1-";

        static Usage of(long pid) throws IOException {
            return new Usage(
                    ProcessCost.residentKib(pid), count(pid, "fd", _ -> true), count(pid, "task", Usage::isOurs));
        }

        private static int count(long pid, String what, Predicate<Path> counts) throws IOException {
            try (var files = Files.list(Path.of("/proc/" + pid + "/" + what))) {
                return Math.toIntExact(files.filter(counts).count());
            }
        }

        private static boolean isOurs(Path thread) {
            try {
                return !Files.readString(thread.resolve("comm")).startsWith(CARRIER);
            } catch (IOException ended) {
                return false;
            }
        }
    }
}
