package dev.carafe.benchmarks;

import dev.carafe.cri.v1.RemovePodSandboxRequest;
import dev.carafe.system.Cri;
import dev.carafe.system.Stage;
import dev.carafe.system.TestDaemon;
import dev.carafe.system.TestHost;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// The budgets of a node's daemon: exec to the first answered call, idle memory, and what a pod's start costs
/// beside the bare runtime and plugin calls, alternating in one run. Prints a summary; needs root.
public final class FirstSlice {
    private static final int STARTS = 7;
    private static final int PODS = 50;
    private static final int WARM_UP = 5;
    private static final Duration IDLE = Duration.ofSeconds(8);

    private FirstSlice() {}

    /// @param arguments the runtime to measure with, `runc` where none is named
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var runtime = arguments.length > 0 ? arguments[0] : "runc";
        System.out.printf(Locale.ROOT, "benchmark with %s, %d starts, %d pods%n", runtime, STARTS, PODS);
        starts(runtime);
        pods(runtime);
    }

    private static void starts(String runtime) throws IOException, InterruptedException {
        var samples = new Samples();
        var idle = 0L;
        for (var i = 0; i < STARTS; i++) {
            try (var host = TestHost.create(runtime)) {
                var start = Instant.now();
                try (var daemon = TestDaemon.start(host)) {
                    samples.add(Duration.between(start, Instant.now()));
                    if (i == STARTS - 1) {
                        TimeUnit.SECONDS.sleep(IDLE.toSeconds());
                        idle = ProcessCost.residentKib(daemon.pid());
                    }
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "exec to first answered Version: median %.0f ms, fastest %.0f ms%n",
                samples.millis(50),
                samples.millis(1));
        System.out.printf(Locale.ROOT, "idle resident memory after start: %.1f MiB%n", idle / 1024.0);
    }

    private static void pods(String runtime) throws IOException, InterruptedException {
        var carafe = new Samples();
        var bare = new Samples();
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var program = stage.host().runtimeProgram();
            for (var i = 0; i < WARM_UP + PODS; i++) {
                var byHand = BarePod.measure(
                        stage.host(), program, stage.host().work().resolve("busybox"), "bare" + i);
                var ours = pod(stage, cri, "pod" + i);
                if (i >= WARM_UP) {
                    bare.add(byHand);
                    carafe.add(ours);
                }
            }
            TimeUnit.SECONDS.sleep(IDLE.toSeconds());
            System.out.printf(
                    Locale.ROOT,
                    "idle resident memory after %d pods: %.1f MiB%n",
                    PODS,
                    ProcessCost.residentKib(stage.daemon().pid()) / 1024.0);
        }
        System.out.printf(
                Locale.ROOT,
                "pod + container start   p50 %6.1f ms   p99 %6.1f ms%n",
                carafe.millis(50),
                carafe.millis(99));
        System.out.printf(
                Locale.ROOT, "  bare ADD+create+start p50 %6.1f ms   p99 %6.1f ms%n", bare.millis(50), bare.millis(99));
        System.out.printf(
                Locale.ROOT,
                "  over the bare cost    p50 %6.1f ms   ratio %.2f%n",
                carafe.millis(50) - bare.millis(50),
                carafe.millis(50) / bare.millis(50));
    }

    private static Duration pod(Stage stage, Cri cri, String name) {
        var config = cri.pod(name);
        var container = Cri.container("main", stage.busybox(), "sleep", "1000");
        var start = Instant.now();
        var pod = cri.run(config);
        cri.createAndStart(pod, config, container);
        var took = Duration.between(start, Instant.now());
        stage.daemon()
                .runtime()
                .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                        .setPodSandboxId(pod)
                        .build());
        return took;
    }
}
