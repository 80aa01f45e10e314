package dev.carafe.network;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Knows at any time which network pods are attached to. One thread rereads; all may ask.
final class NetworkSelector {
    private static final System.Logger LOG = System.getLogger(NetworkSelector.class.getName());

    /// The first answer waits for the first reading, which starts with the daemon and runs each plugin once.
    private static final Duration FIRST_READING = Duration.ofSeconds(1);

    private final ConfigurationFolder folder;
    private final String wanted;
    private final PluginVersions versions;
    private final NetworkHealth health;
    private final CountDownLatch read = new CountDownLatch(1);
    private volatile NetworkSelection current;

    /// @param wanted the network's name; empty for the first by file name that works
    NetworkSelector(ConfigurationFolder folder, String wanted, PluginVersions versions, NetworkHealth health) {
        this.folder = folder;
        this.wanted = wanted;
        this.versions = versions;
        this.health = health;
        current = new NetworkSelection.Nothing(
                "the CNI configuration in " + folder.path() + " is still being read; its plugins are slow to answer");
    }

    NetworkSelection current() {
        try {
            var _ = read.await(FIRST_READING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return current;
    }

    void reread() throws InterruptedException {
        var before = current;
        var selected = select();
        if (selected instanceof NetworkSelection.Chosen(var network, var _, var _)) {
            health.ask(network);
        }
        current = selected;
        read.countDown();
        if (!current.equals(before)) {
            log(current);
        }
    }

    private NetworkSelection select() throws InterruptedException {
        var contents = folder.read();
        var problems = new ArrayList<>(contents.problems());
        for (var found : contents.networks()) {
            if (wanted.isEmpty() || wanted.equals(found.network().name())) {
                try {
                    return new NetworkSelection.Chosen(negotiated(found.network()), found.file(), problems);
                } catch (IOException e) {
                    problems.add(found.file() + ": " + e.getMessage());
                }
            }
        }
        return new NetworkSelection.Nothing(why(problems));
    }

    /// The newest version that the configuration, this runtime and all its plugins speak.
    private NetworkList negotiated(NetworkList network) throws IOException, InterruptedException {
        var common = new HashSet<>(network.versions());
        for (var plugin : network.plugins()) {
            var spoken = versions.of(plugin.type());
            common.retainAll(spoken);
            if (common.isEmpty()) {
                throw new IOException("plugin " + plugin.type() + " speaks CNI " + spoken + ", the configuration "
                        + network.versions());
            }
        }
        return network.versions().stream()
                .filter(common::contains)
                .map(network::at)
                .findFirst()
                .orElseThrow();
    }

    /// The words by which users of CRI-O find help.
    private String why(List<String> problems) {
        var missing = wanted.isEmpty()
                ? "no CNI configuration file in " + folder.path()
                : "no CNI configuration of network " + wanted + " in " + folder.path();
        return missing + ". Has your network provider started?"
                + (problems.isEmpty() ? "" : " Passed over: " + String.join("; ", problems));
    }

    private void log(NetworkSelection selection) {
        switch (selection) {
            case NetworkSelection.Chosen(var network, var file, var problems) -> {
                LOG.log(
                        System.Logger.Level.INFO,
                        "pods are attached to network {0} of {1}/{2}, CNI version {3}",
                        network.name(),
                        folder.path(),
                        file,
                        network.version());
                problems.forEach(problem ->
                        LOG.log(System.Logger.Level.WARNING, "passing over {0}/{1}", folder.path(), problem));
            }
            case NetworkSelection.Nothing(var why) -> LOG.log(System.Logger.Level.WARNING, "{0}", why);
        }
    }
}
