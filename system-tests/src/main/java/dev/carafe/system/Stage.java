package dev.carafe.system;

import java.io.IOException;
import java.util.Map;

/// A host part, a registry with the busybox image, and a daemon, taken down in reverse. The end of a test holds
/// that the daemon left nothing of a pod behind once all pods are removed.
public final class Stage implements AutoCloseable {
    private final TestHost host;
    private final TestRegistry registry;
    private final String busybox;
    private volatile TestDaemon daemon;

    private Stage(TestHost host, TestRegistry registry, String busybox, TestDaemon daemon) {
        this.host = host;
        this.registry = registry;
        this.busybox = busybox;
        this.daemon = daemon;
    }

    public static Stage set(String runtime) throws IOException, InterruptedException {
        return set(runtime, _ -> {});
    }

    /// With a node's layout, for measurements: what is below /run is in memory, the rest on disk.
    public static Stage likeANode(String runtime) throws IOException, InterruptedException {
        return set(runtime, TestHost::holdRunInMemory);
    }

    private static Stage set(String runtime, Preparation preparation) throws IOException, InterruptedException {
        var host = TestHost.create(runtime);
        try {
            preparation.on(host);
            var registry = TestRegistry.start(host.work());
            try {
                var busybox = registry.pushBusybox("busybox:latest");
                host.configure("crio.image", "pause_image = \"" + busybox + "\"");
                return new Stage(host, registry, busybox, TestDaemon.start(host));
            } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
                registry.close();
                throw e;
            }
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            host.close();
            throw e;
        }
    }

    public TestHost host() {
        return host;
    }

    public TestRegistry registry() {
        return registry;
    }

    public String busybox() {
        return busybox;
    }

    public TestDaemon daemon() {
        return daemon;
    }

    public Cri cri() {
        return new Cri(host, daemon);
    }

    /// Ends the daemon as a crash would, and starts the next one on what it left.
    public void crashAndRestart() throws IOException, InterruptedException {
        daemon.kill();
        start();
    }

    /// An orderly stop and a start.
    public void restart() throws IOException, InterruptedException {
        restart(Map.of());
    }

    /// @param environment of the next daemon, beside the test's own
    void restart(Map<String, String> environment) throws IOException, InterruptedException {
        daemon.close();
        daemon = TestDaemon.start(host, environment);
    }

    /// Of the next one, after the last was closed.
    public void start() throws IOException, InterruptedException {
        daemon = TestDaemon.start(host);
    }

    public void assertNothingIsLeft() throws IOException, InterruptedException {
        var left = host.leftovers(daemon.pid());
        if (!left.isEmpty()) {
            throw new AssertionError("left behind:\n" + String.join("\n", left) + "\nlog: " + host.daemonLog());
        }
    }

    @Override
    public void close() throws IOException {
        Cleanup.run(this::end);
    }

    private void end() throws IOException, InterruptedException {
        try (host;
                registry) {
            daemon.close();
        }
    }

    /// Of the host, before the daemon starts.
    @FunctionalInterface
    private interface Preparation {
        void on(TestHost host) throws IOException, InterruptedException;
    }
}
