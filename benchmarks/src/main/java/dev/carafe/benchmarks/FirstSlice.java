package dev.carafe.benchmarks;

import dev.carafe.system.Cri;
import dev.carafe.system.Stage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The budgets of a node's daemon: exec to the first answered call, its memory at rest and with pods, and what a pod's
/// start costs beside the bare runtime and plugin calls, alternating in one run. Prints a summary; needs root.
public final class FirstSlice {
    private static final int STARTS = 7;
    private static final int PODS = 100;
    private static final int WARM_UP = 150;

    /// As a kubelet asks within some minutes, at least each second.
    private static final int LISTS = 500;

    /// The last ones, which are held against the first one after each start.
    private static final int LAST = 10;

    private static final Duration IDLE = Duration.ofSeconds(8);

    private FirstSlice() {}

    /// @param arguments the runtime to measure with, `runc` where none is named
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var runtime = arguments.length > 0 ? arguments[0] : "runc";
        System.out.printf(Locale.ROOT, "benchmark with %s, %d starts, %d pods%n", runtime, STARTS, PODS);
        try (var stage = Stage.likeANode(runtime)) {
            stage.cri().pull(stage.busybox());
            Caller.warmUp(stage);
            var firstPods = starts(stage);
            pods(stage, firstPods);
        }
    }

    /// @return how long the first pod took after each start
    private static Samples starts(Stage stage) throws IOException, InterruptedException {
        var answers = new Samples();
        var pods = new Samples();
        for (var i = 0; i < STARTS; i++) {
            stage.daemon().close();
            var begin = Instant.now();
            stage.start();
            answers.add(Duration.between(begin, Instant.now()));
            var pod = new Started(stage, "first" + i);
            pods.add(pod.times.total());
            stage.cri().removePod(pod.id);
        }
        stage.restart();
        TimeUnit.SECONDS.sleep(IDLE.toSeconds());
        System.out.printf(
                Locale.ROOT,
                "exec to first answered Version: median %.0f ms, fastest %.0f ms%n",
                answers.millis(50),
                answers.millis(1));
        printMemory(stage, "after the start");
        return pods;
    }

    private static void printMemory(Stage stage, String when) throws IOException {
        System.out.printf(
                Locale.ROOT,
                "resident memory %s: %.1f MiB%n",
                when,
                ProcessCost.residentKib(stage.daemon().pid()) / 1024.0);
    }

    /// The first ones after the start, whose code is new to the daemon, and as many after a warm-up.
    private static void pods(Stage stage, Samples firstPods) throws IOException, InterruptedException {
        var first = Series.of(stage, "first");
        TimeUnit.SECONDS.sleep(IDLE.toSeconds());
        printMemory(stage, "with " + PODS + " pods");
        System.out.printf(Locale.ROOT, "the first %d pods after the start:%n", PODS);
        first.print();
        var last = samples(first.carafe.subList(PODS - LAST, PODS), PodStart::total);
        System.out.printf(
                Locale.ROOT,
                "first pod after a start: median %.1f ms, slowest %.1f ms; the last %d: median %.1f ms, slowest %.1f ms%n",
                firstPods.millis(50),
                firstPods.millis(99),
                LAST,
                last.millis(50),
                last.millis(99));
        first.remove(stage);
        for (var i = 0; i < WARM_UP; i++) {
            stage.cri().removePod(new Started(stage, "warm" + i).id);
        }
        Caller.lists(stage, LISTS);
        var later = Series.of(stage, "later");
        System.out.printf(Locale.ROOT, "%d pods after %d others:%n", PODS, PODS + WARM_UP);
        later.print();
        later.remove(stage);
    }

    /// Pods that run on, each started right after the same work by hand.
    private record Series(List<PodStart> carafe, List<PodStart> bare, List<String> pods) {
        static Series of(Stage stage, String name) throws IOException, InterruptedException {
            var series = new Series(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            var runtime = stage.host().runtimeProgram();
            var rootfs = stage.host().work().resolve("busybox");
            for (var i = 0; i < PODS; i++) {
                series.bare.add(BarePod.measure(stage.host(), runtime, rootfs, name + i));
                var pod = new Started(stage, name + i);
                series.carafe.add(pod.times);
                series.pods.add(pod.id);
            }
            return series;
        }

        void print() {
            print("pod + container start", "ADD + create + start", PodStart::total);
            print("  RunPodSandbox", "ADD", PodStart::sandbox);
            print("  CreateContainer", "create", PodStart::create);
            print("  StartContainer", "start", PodStart::start);
        }

        private void print(String ours, String byHand, Function<PodStart, Duration> part) {
            var with = samples(carafe, part);
            var without = samples(bare, part);
            System.out.printf(
                    Locale.ROOT,
                    "%-22s p50 %6.1f ms   p99 %6.1f ms   %s by hand p50 %6.1f ms   p99 %6.1f ms   over %6.1f ms%n",
                    ours,
                    with.millis(50),
                    with.millis(99),
                    byHand,
                    without.millis(50),
                    without.millis(99),
                    with.millis(50) - without.millis(50));
        }

        void remove(Stage stage) {
            pods.forEach(stage.cri()::removePod);
        }
    }

    private static Samples samples(List<PodStart> starts, Function<PodStart, Duration> part) {
        var samples = new Samples();
        starts.forEach(start -> samples.add(part.apply(start)));
        return samples;
    }

    /// A pod with one container that runs on.
    private static final class Started {
        final String id;
        final PodStart times;

        Started(Stage stage, String name) {
            var cri = stage.cri();
            var config = cri.pod(name);
            var container = Cri.container("main", stage.busybox(), "sleep", "1000000");
            var begin = Instant.now();
            id = cri.run(config);
            var sandbox = Instant.now();
            var containerId = cri.create(id, config, container);
            var created = Instant.now();
            cri.start(containerId);
            times = new PodStart(
                    Duration.between(begin, sandbox),
                    Duration.between(sandbox, created),
                    Duration.between(created, Instant.now()));
        }
    }
}
