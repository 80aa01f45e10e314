package dev.carafe.benchmarks;

import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.NamespaceSetup;
import dev.carafe.linux.Namespaces;
import dev.carafe.linux.Spawn;
import dev.carafe.system.Programs;
import dev.carafe.system.TestHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The floor of a pod start, by hand: ADD of the daemon's CNI plugins and the runtime's `create` and `start`, nothing
/// else. No monitor, no state, no overlay; the namespace is made outside of the measured time.
final class BarePod implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final TestHost host;
    private final Path runtime;
    private final Path rootfs;
    private final String id;
    private final Path netns;
    private final Path bundle;
    private final BarePlugins plugins;

    private BarePod(TestHost host, Path runtime, Path rootfs, String id) throws IOException {
        this.host = host;
        this.runtime = runtime;
        this.rootfs = rootfs;
        this.id = id;
        this.bundle = Files.createDirectories(host.run().resolve("bare/" + id));
        this.netns = bundle.resolve("netns");
        this.plugins = new BarePlugins(host, id, netns);
    }

    /// @return how long ADD, create and start took
    static PodStart measure(TestHost host, Path runtime, Path rootfs, String id)
            throws IOException, InterruptedException {
        try (var pod = new BarePod(host, runtime, rootfs, id)) {
            pod.prepare();
            return pod.run();
        }
    }

    /// @return how long the runtime's `delete --force` and DEL took together
    static Duration end(TestHost host, Path runtime, Path rootfs, String id) throws IOException, InterruptedException {
        var pod = start(host, runtime, rootfs, id);
        var start = Instant.now();
        pod.close();
        return Duration.between(start, Instant.now());
    }

    /// Runs until it is closed.
    static BarePod start(TestHost host, Path runtime, Path rootfs, String id) throws IOException, InterruptedException {
        var pod = new BarePod(host, runtime, rootfs, id);
        try {
            pod.prepare();
            var _ = pod.run();
            return pod;
        } catch (IOException | InterruptedException e) {
            pod.close();
            throw e;
        }
    }

    private void prepare() throws IOException, InterruptedException {
        Namespaces.pin(Map.of(NamespaceKind.NETWORK, netns), new NamespaceSetup("", Map.of(), true));
        writeSpec();
    }

    private PodStart run() throws IOException, InterruptedException {
        var begin = Instant.now();
        plugins.add();
        var added = Instant.now();
        runtime("create", "--bundle", bundle.toString(), id);
        var created = Instant.now();
        runtime("start", id);
        return new PodStart(
                Duration.between(begin, added),
                Duration.between(added, created),
                Duration.between(created, Instant.now()));
    }

    private void writeSpec() throws IOException, InterruptedException {
        Programs.output("sh", "-c", "cd " + bundle + " && runc spec");
        var spec = Files.readString(bundle.resolve("config.json"))
                .replace("\"terminal\": true", "\"terminal\": false")
                .replace("\"sh\"\n", "\"sleep\",\"1000\"\n")
                .replace("\"path\": \"rootfs\"", "\"path\": \"" + rootfs + "\"")
                .replace("\"type\": \"network\"", "\"type\": \"network\",\"path\":\"" + netns + "\"")
                .replaceFirst(
                        "\"linux\": \\{",
                        "\"linux\": {\"cgroupsPath\":\"" + host.cgroupParent() + "/bare-" + id + "\",");
        Files.writeString(bundle.resolve("config.json"), spec);
    }

    /// Without pipes: the container would keep them, and who reads them would wait for its end.
    private void runtime(String... arguments) throws IOException, InterruptedException {
        var log = bundle.resolve("runtime.log");
        var all = new ArrayList<>(
                List.of("--root", host.run().resolve("bare-runtime").toString(), "--log", log.toString()));
        all.addAll(List.of(arguments));
        var program = Spawn.of(runtime, all).environment(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
        try (var child = program.start()) {
            var status = child.await(LIMIT);
            if (status.isEmpty() || !status.get().isSuccess()) {
                throw new IOException(
                        runtime + " " + arguments[0] + ": " + (Files.exists(log) ? Files.readString(log) : "no log"));
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            runtime("delete", "--force", id);
            plugins.delete();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Namespaces.unpin(netns);
        }
    }
}
