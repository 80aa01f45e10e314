package dev.carafe.benchmarks;

import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.system.Cri;
import dev.carafe.system.Stage;
import java.io.IOException;
import java.util.ArrayList;

/// A kubelet is a compiled program. The caller here is a JVM, and what it has not compiled yet would be measured as if
/// it were the daemon's; so it first asks a daemon that is then replaced by a new one.
final class Caller {
    private static final int LISTS = 2000;
    private static final int PODS = 50;

    private Caller() {}

    static void warmUp(Stage stage) throws IOException, InterruptedException {
        var cri = stage.cri();
        var pods = new ArrayList<String>();
        for (var i = 0; i < PODS; i++) {
            var config = cri.pod("caller" + i);
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000000"));
            for (var times = 0; times < 2; times++) {
                var _ = cri.exec(container, "true");
            }
            pods.add(pod);
        }
        lists(stage, LISTS);
        pods.forEach(cri::removePod);
        stage.restart();
    }

    /// Outside of what is measured. A collection takes 10 to 30 ms, and the first list after it longer than others:
    /// both would count as the daemon's time.
    static void collectGarbage(Stage stage) {
        System.gc();
        lists(stage, 1);
    }

    static void lists(Stage stage, int count) {
        var runtime = stage.daemon().runtime();
        for (var i = 0; i < count; i++) {
            var _ = runtime.listPodSandbox(ListPodSandboxRequest.getDefaultInstance());
            var _ = runtime.listContainers(ListContainersRequest.getDefaultInstance());
        }
    }
}
