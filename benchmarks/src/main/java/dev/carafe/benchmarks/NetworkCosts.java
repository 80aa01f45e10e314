package dev.carafe.benchmarks;

import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.NamespaceSetup;
import dev.carafe.linux.Namespaces;
import dev.carafe.linux.Output;
import dev.carafe.network.Attachment;
import dev.carafe.network.CniNetwork;
import dev.carafe.network.NetworkConfig;
import dev.carafe.network.NetworkStatus;
import dev.carafe.network.NftablesFilter;
import dev.carafe.network.PluginRunner;
import dev.carafe.network.ProcessPluginRunner;
import dev.carafe.network.RuntimeArguments;
import dev.carafe.system.TestHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// What the network of a pod costs beside the plugins' calls by hand, in turns in one run. Prints a summary;
/// needs root.
public final class NetworkCosts {
    private static final int WARM_UP = 10;

    private final TestHost host;
    private final CniNetwork network;
    private final Samples attachByHand = new Samples();
    private final Samples attach = new Samples();
    private final Samples detachByHand = new Samples();
    private final Samples detach = new Samples();
    private final Samples attachBeside = new Samples();
    private final Samples detachBeside = new Samples();
    private final TimedPlugins timed;

    private NetworkCosts(TestHost host, CniNetwork network, TimedPlugins timed) {
        this.host = host;
        this.network = network;
        this.timed = timed;
    }

    /// How long plugins ran, whose own times vary by more than what is looked for.
    private static final class TimedPlugins implements PluginRunner {
        private final PluginRunner real = new ProcessPluginRunner();
        private final AtomicLong nanos = new AtomicLong();

        @Override
        public Output run(Path plugin, Map<String, String> parameters, byte[] stdin, Duration limit)
                throws IOException, InterruptedException {
            var start = System.nanoTime();
            try {
                return real.run(plugin, parameters, stdin, limit);
            } finally {
                nanos.addAndGet(System.nanoTime() - start);
            }
        }
    }

    /// @param arguments how many pods of each kind, 60
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var pods = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60;
        var timed = new TimedPlugins();
        try (var host = TestHost.create("runc");
                var network = new CniNetwork(config(host), timed, new NftablesFilter())) {
            if (!(network.status() instanceof NetworkStatus.Ready)) {
                throw new IOException(network.status().toString());
            }
            new NetworkCosts(host, network, timed).run(pods);
        }
    }

    private static NetworkConfig config(TestHost host) {
        return new NetworkConfig(
                host.work().resolve("net.d"),
                List.of(BarePlugins.FOLDER),
                host.work().resolve("cni"),
                host.work().resolve("state"),
                NetworkConfig.Choices.USUAL,
                NetworkConfig.Limits.USUAL);
    }

    private void run(int pods) throws IOException, InterruptedException {
        for (var i = 0; i < WARM_UP + pods; i++) {
            // In turns, since the kernel takes the namespace before apart meanwhile.
            if (i % 2 == 0) {
                byHand("hand" + i, i >= WARM_UP);
                ours("ours" + i, i >= WARM_UP);
            } else {
                ours("ours" + i, i >= WARM_UP);
                byHand("hand" + i, i >= WARM_UP);
            }
        }
        print("ADD", attachByHand, attach, attachBeside);
        print("DEL", detachByHand, detach, detachBeside);
    }

    private void byHand(String id, boolean counts) throws IOException, InterruptedException {
        var namespace = pin(id);
        var plugins = new BarePlugins(host, id, namespace);
        try {
            measure(attachByHand, counts, plugins::add);
            measure(detachByHand, counts, plugins::delete);
        } finally {
            Namespaces.unpin(namespace);
        }
    }

    private void ours(String id, boolean counts) throws IOException, InterruptedException {
        var namespace = pin(id);
        var pod = new Attachment(id, namespace, "default", id, id + "-uid", RuntimeArguments.NONE);
        try {
            beside(attachBeside, counts, () -> measure(attach, counts, () -> network.attach(pod)));
            beside(detachBeside, counts, () -> measure(detach, counts, () -> network.detach(pod)));
        } finally {
            Namespaces.unpin(namespace);
        }
    }

    private Path pin(String id) throws IOException {
        var namespace =
                Files.createDirectories(host.work().resolve("namespaces")).resolve(id);
        Namespaces.pin(Map.of(NamespaceKind.NETWORK, namespace), new NamespaceSetup("", Map.of(), true));
        return namespace;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static void measure(Samples samples, boolean counts, Step step) throws IOException, InterruptedException {
        var start = Instant.now();
        step.run();
        if (counts) {
            samples.add(Duration.between(start, Instant.now()));
        }
    }

    /// What is left without the plugins.
    private void beside(Samples samples, boolean counts, Step step) throws IOException, InterruptedException {
        var inPlugins = timed.nanos.get();
        var start = System.nanoTime();
        step.run();
        if (counts) {
            samples.add(Duration.ofNanos(System.nanoTime() - start - (timed.nanos.get() - inPlugins)));
        }
    }

    private static void print(String command, Samples byHand, Samples ours, Samples beside) {
        System.out.println(String.format(
                Locale.ROOT,
                "%s of %d pods: median %.1f ms by hand, %.1f ms ours; beside the plugins %.2f ms, p90 %.2f ms",
                command,
                ours.count(),
                byHand.millis(50),
                ours.millis(50),
                beside.millis(50),
                beside.millis(90)));
    }
}
