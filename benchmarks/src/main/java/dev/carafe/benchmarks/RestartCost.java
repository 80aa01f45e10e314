package dev.carafe.benchmarks;

import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.system.Cri;
import dev.carafe.system.Stage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;

/// How long the daemon takes to find running containers again after it was killed: from its exec to its first answer,
/// beside a start with none. Prints a summary; needs root.
public final class RestartCost {
    private static final int STARTS = 5;
    private static final int CONTAINERS_A_POD = 10;

    private RestartCost() {}

    /// @param arguments the runtime, `runc` where none is named, and how many containers there are at most, 100
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var runtime = arguments.length > 0 ? arguments[0] : "runc";
        var most = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        try (var stage = Stage.likeANode(runtime)) {
            stage.cri().pull(stage.busybox());
            var without = restarts(stage, 0);
            var pods = new ArrayList<String>();
            while (pods.size() * CONTAINERS_A_POD < most) {
                pods.add(fill(stage, "pod" + pods.size()));
            }
            var with = restarts(stage, pods.size() * CONTAINERS_A_POD);
            System.out.printf(
                    Locale.ROOT,
                    "restart with %d containers: median %.0f ms to the first answer, %.0f ms more than with none%n",
                    pods.size() * CONTAINERS_A_POD,
                    with.millis(50),
                    with.millis(50) - without.millis(50));
            System.out.printf(
                    Locale.ROOT,
                    "resident memory after it: %.1f MiB%n",
                    ProcessCost.residentKib(stage.daemon().pid()) / 1024.0);
            for (var pod : pods) {
                stage.cri().removePod(pod);
            }
            stage.assertNothingIsLeft();
        }
    }

    private static String fill(Stage stage, String name) {
        var cri = stage.cri();
        var config = cri.pod(name);
        var pod = cri.run(config);
        for (var i = 0; i < CONTAINERS_A_POD; i++) {
            cri.createAndStart(pod, config, Cri.container("c" + i, stage.busybox(), "sleep", "100000"));
        }
        return pod;
    }

    private static Samples restarts(Stage stage, int containers) throws IOException, InterruptedException {
        var samples = new Samples();
        for (var i = 0; i < STARTS; i++) {
            stage.daemon().kill();
            var start = Instant.now();
            stage.restart();
            samples.add(Duration.between(start, Instant.now()));
            requireAllRun(stage, containers);
        }
        return samples;
    }

    /// An answer that comes early and is wrong is worth nothing.
    private static void requireAllRun(Stage stage, int containers) {
        var found = stage.daemon()
                .runtime()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersList();
        var running = found.stream()
                .filter(one -> one.getState() == ContainerState.CONTAINER_RUNNING)
                .count();
        if (running != containers || found.size() != containers) {
            throw new IllegalStateException(
                    running + " of " + containers + " containers run, and " + found.size() + " are listed");
        }
    }
}
