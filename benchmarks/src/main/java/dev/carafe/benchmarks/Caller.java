package dev.carafe.benchmarks;

import dev.carafe.cri.v1.ListContainersRequest;
import dev.carafe.cri.v1.ListPodSandboxRequest;
import dev.carafe.system.Cri;
import dev.carafe.system.Stage;
import java.io.IOException;

/// A kubelet is a compiled program. The caller here is a JVM, and what it has not compiled yet would be measured as if
/// it were the daemon's; so it first asks a daemon that is then replaced by a new one.
final class Caller {
    private static final int LISTS = 2000;
    private static final int PODS = 50;

    private Caller() {}

    static void warmUp(Stage stage) throws IOException, InterruptedException {
        var cri = stage.cri();
        for (var i = 0; i < PODS; i++) {
            var config = cri.pod("caller" + i);
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("main", stage.busybox(), "sleep", "1000000"));
            for (var times = 0; times < 2; times++) {
                var _ = cri.exec(container, "true");
            }
            cri.removePod(pod);
        }
        lists(stage, LISTS);
        stage.restart();
    }

    static void lists(Stage stage, int count) {
        var runtime = stage.daemon().runtime();
        for (var i = 0; i < count; i++) {
            var _ = runtime.listPodSandbox(ListPodSandboxRequest.getDefaultInstance());
            var _ = runtime.listContainers(ListContainersRequest.getDefaultInstance());
        }
    }
}
