package dev.carafe.benchmarks;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.linux.Spawn;
import dev.carafe.system.Cri;
import dev.carafe.system.Programs;
import dev.carafe.system.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// What containers cost the daemon beside the same work by hand: commands in them, alone and beside many others; the
/// starts of many callers; stops and removals; lists; memory. Prints a summary; needs root.
public final class ContainerCosts {
    private static final int EXECS = 100;
    private static final int WARM_UP = 20;

    /// As many as a kubelet asks for within half an hour, one each second.
    private static final int LISTS = 2000;
    /// Of the caller's garbage, which is 0.7 MiB for a list of 500.
    private static final int LISTS_BETWEEN_COLLECTIONS = 100;

    private static final int CALLERS = 8;
    private static final int CONTAINERS_A_POD = 10;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int OUTPUT_BYTES = 64 * 1024;

    private final Stage stage;
    private final Path runtime;
    private final int containers;

    private ContainerCosts(Stage stage, Path runtime, int containers) {
        this.stage = stage;
        this.runtime = runtime;
        this.containers = containers;
    }

    /// @param arguments the runtime, `runc` where none is named, and how many containers are many, 500
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var name = arguments.length > 0 ? arguments[0] : "runc";
        var containers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 500;
        try (var stage = Stage.likeANode(name)) {
            stage.cri().pull(stage.busybox());
            Caller.warmUp(stage);
            new ContainerCosts(stage, stage.host().runtimeProgram(), containers).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        var cri = stage.cri();
        var config = cri.pod("alone");
        var alone = cri.run(config);
        var container = cri.createAndStart(alone, config, sleeping("main"));
        executions("one container", container);
        var before = heapKib();
        var pods = fill();
        var count = stage.daemon()
                .runtime()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersCount();
        print(
                "heap in use: %.1f KiB for each of %d containers and a tenth as many pods",
                (heapKib() - before) / (count - 1.0), count);
        executions(count + " containers", container);
        lists();
        for (var pod : pods) {
            cri.removePod(pod);
        }
        cri.removePod(alone);
        removals();
        callers();
    }

    private ContainerConfig sleeping(String name) {
        return Cri.container(name, stage.busybox(), "sleep", "100000");
    }

    private List<String> fill() {
        var cri = stage.cri();
        var pods = new ArrayList<String>();
        while (pods.size() * CONTAINERS_A_POD < containers) {
            var config = cri.pod("many" + pods.size());
            var pod = cri.run(config);
            for (var i = 0; i < CONTAINERS_A_POD; i++) {
                cri.createAndStart(pod, config, sleeping("c" + i));
            }
            pods.add(pod);
        }
        return pods;
    }

    private void executions(String beside, String container) throws IOException, InterruptedException {
        var byHand = new Samples();
        var ours = new Samples();
        var cpu = Duration.ZERO;
        for (var i = 0; i < WARM_UP + EXECS; i++) {
            var start = Instant.now();
            execByHand(container);
            var middle = Instant.now();
            var cpuBefore = ProcessCost.cpu(stage.daemon().pid());
            var answer = stage.cri().exec(container, "true");
            if (answer.getExitCode() != 0) {
                throw new IOException("true failed: " + answer);
            }
            if (i >= WARM_UP) {
                byHand.add(Duration.between(start, middle));
                ours.add(Duration.between(middle, Instant.now()));
                cpu = cpu.plus(ProcessCost.cpu(stage.daemon().pid()).minus(cpuBefore));
            }
        }
        print(
                "ExecSync beside %s: p50 %.1f ms, by hand %.1f ms, over it %.1f ms; the daemon's processor time %.1f ms",
                beside,
                ours.millis(50),
                byHand.millis(50),
                ours.millis(50) - byHand.millis(50),
                Samples.millis(cpu) / EXECS);
    }

    private void execByHand(String container) throws IOException, InterruptedException {
        var root = stage.host().work().resolve("runtime").toString();
        var output = Spawn.of(runtime, List.of("--root", root, "exec", container, "true"))
                .environment(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))
                .run(new byte[0], LIMIT, OUTPUT_BYTES);
        if (!output.status().isSuccess()) {
            throw new IOException(runtime + " exec failed");
        }
    }

    private void lists() {
        lists("the first " + LISTS);
        lists("as many after them");
    }

    private void lists(String which) {
        var all = new Samples();
        var pods = new Samples();
        for (var i = 0; i < LISTS; i++) {
            if (i % LISTS_BETWEEN_COLLECTIONS == 0) {
                Caller.collectGarbage(stage);
            }
            var start = Instant.now();
            var _ = stage.daemon().runtime().listContainers(ListContainersRequest.getDefaultInstance());
            var middle = Instant.now();
            var _ = stage.daemon().runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance());
            all.add(Duration.between(start, middle));
            pods.add(Duration.between(middle, Instant.now()));
        }
        print(
                "ListContainers, %s: p50 %.1f ms, p99 %.1f ms; ListPodSandbox: p50 %.1f ms, p99 %.1f ms",
                which, all.millis(50), all.millis(99), pods.millis(50), pods.millis(99));
    }

    private void removals() throws IOException, InterruptedException {
        var byHand = new Samples();
        var stops = new Samples();
        var removals = new Samples();
        for (var i = 0; i < WARM_UP + EXECS / 2; i++) {
            var bare = BarePod.end(stage.host(), runtime, stage.host().work().resolve("busybox"), "end" + i);
            var cri = stage.cri();
            var config = cri.pod("end" + i);
            var pod = cri.run(config);
            cri.createAndStart(pod, config, sleeping("main"));
            var start = Instant.now();
            cri.stopPod(pod);
            var middle = Instant.now();
            cri.removePod(pod);
            if (i >= WARM_UP) {
                byHand.add(bare);
                stops.add(Duration.between(start, middle));
                removals.add(Duration.between(middle, Instant.now()));
            }
        }
        print(
                "StopPodSandbox p50 %.1f ms and removal %.1f ms; kill, delete and DEL by hand %.1f ms; over it %.1f ms",
                stops.millis(50),
                removals.millis(50),
                byHand.millis(50),
                stops.millis(50) + removals.millis(50) - byHand.millis(50));
    }

    private void callers() throws IOException, InterruptedException {
        var pods = CALLERS * WARM_UP / 2;
        var ours = together(pods, i -> {
            var cri = stage.cri();
            var config = cri.pod("caller" + i);
            cri.createAndStart(cri.run(config), config, sleeping("main"));
        });
        var byHand = new ArrayList<BarePod>();
        var bare = together(pods, i -> {
            var pod = BarePod.start(stage.host(), runtime, stage.host().work().resolve("busybox"), "caller" + i);
            synchronized (byHand) {
                byHand.add(pod);
            }
        });
        print("starts with %d callers: %.1f pods/s, by hand %.1f pods/s, ratio %.2f", CALLERS, ours, bare, ours / bare);
        for (var pod : byHand) {
            pod.close();
        }
        var request = ListPodSandboxRequest.getDefaultInstance();
        for (var pod : stage.daemon().runtime().listPodSandbox(request).getItemsList()) {
            stage.cri().removePod(pod.getId());
        }
    }

    /// Pods a second.
    private static double together(int pods, Start start) throws IOException, InterruptedException {
        var slots = new Semaphore(CALLERS);
        var begin = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Boolean>>();
            for (var i = 0; i < pods; i++) {
                var number = i;
                running.add(threads.submit(() -> {
                    slots.acquire();
                    try {
                        start.start(number);
                    } finally {
                        slots.release();
                    }
                    return true;
                }));
            }
            for (var one : running) {
                var _ = one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a start failed", e);
        }
        return pods * 1e9 / (System.nanoTime() - begin);
    }

    /// After a collection; the daemon's JVM tells it.
    private double heapKib() throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(2);
        var pid = Long.toString(stage.daemon().pid());
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Programs.output(jcmd, pid, "GC.run");
        var histogram = Programs.output(jcmd, pid, "GC.class_histogram");
        var total = histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(total.strip().split("\\s+")[2]) / 1024.0;
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    @FunctionalInterface
    private interface Start {
        void start(int number) throws IOException, InterruptedException;
    }
}
