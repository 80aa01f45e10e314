package dev.carafe.system;

import dev.carafe.cri.v1.ContainerConfig;
import java.io.IOException;

/// A pod called `streams` whose container, with its input open, runs a command, behind an API server. Its end holds
/// that nothing of it is left.
record StreamedPod(Stage stage, PodApi api, String pod) implements AutoCloseable {
    static StreamedPod run(boolean tty, String... command) throws IOException, InterruptedException {
        var stage = Stage.set("runc");
        var cri = stage.cri();
        cri.pull(stage.busybox());
        var config = cri.pod("streams");
        var pod = cri.run(config);
        var container = Cri.container("main", stage.busybox(), command).toBuilder()
                .mergeFrom(
                        ContainerConfig.newBuilder().setStdin(true).setTty(tty).build())
                .build();
        var target = new PodApi.Target("streams", pod, cri.createAndStart(pod, config, container), tty);
        return new StreamedPod(stage, PodApi.start(stage.daemon().runtime(), target), pod);
    }

    @Override
    public void close() throws IOException {
        Cleanup.run(this::end);
    }

    private void end() throws IOException, InterruptedException {
        try (stage;
                api) {
            stage.cri().removePod(pod);
            stage.assertNothingIsLeft();
        }
    }
}
