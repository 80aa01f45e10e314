package dev.carafe.network;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Whether the plugins say that pods can be attached (STATUS; CNI specification, section 3, "Checking the
/// status of a network", since 1.1.0). All threads may ask for what was said last.
final class NetworkHealth {
    private static final System.Logger LOG = System.getLogger(NetworkHealth.class.getName());

    /// What is answered is known beforehand; a plugin that takes longer is not available.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Plugins plugins;
    private final Duration grace;
    private final LongSupplier nanoClock;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile Heard heard = new Heard("", "", 0, false);

    /// @param grace how long a network that was available stays so while STATUS fails
    /// @param nanoClock as System.nanoTime
    NetworkHealth(Plugins plugins, Duration grace, LongSupplier nanoClock) {
        this.plugins = plugins;
        this.grace = grace;
        this.nanoClock = nanoClock;
    }

    /// @param network the name of the one that was asked
    /// @param problem what a plugin said; empty when all are available
    /// @param sinceNanos when it was said first
    /// @param wasAvailable before
    private record Heard(String network, String problem, long sinceNanos, boolean wasAvailable) {}

    /// Why no pods can be attached; empty when they can be, as far as it was asked.
    Optional<String> problem(NetworkList network) {
        var now = heard;
        var isOver = !now.wasAvailable || nanoClock.getAsLong() - now.sinceNanos >= grace.toNanos();
        return now.network.equals(network.name()) && !now.problem.isEmpty() && isOver
                ? Optional.of(now.problem)
                : Optional.empty();
    }

    boolean isFailing() {
        return !heard.problem.isEmpty();
    }

    /// Asks all plugins of it until one has a problem.
    void ask(NetworkList network) throws InterruptedException {
        asking.lockInterruptibly();
        try {
            var problem = network.version().isAtLeast(SpecVersion.V1_1_0) ? problemOf(network) : "";
            var before = heard;
            var isSame = before.network.equals(network.name());
            if (problem.isEmpty()) {
                heard = new Heard(network.name(), "", 0, true);
            } else if (isSame && !before.problem.isEmpty()) {
                heard = new Heard(network.name(), problem, before.sinceNanos, before.wasAvailable);
            } else {
                heard = new Heard(network.name(), problem, nanoClock.getAsLong(), isSame && before.wasAvailable);
            }
            if (!problem.equals(isSame ? before.problem : "")) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        problem.isEmpty() ? "network " + network.name() + " is available again" : problem);
            }
        } finally {
            asking.unlock();
        }
    }

    private String problemOf(NetworkList network) throws InterruptedException {
        for (var plugin : network.plugins()) {
            var request = plugin.request(network, JsonObject.EMPTY, JsonObject.EMPTY);
            try {
                plugins.call(
                        new PluginCall(plugin.type(), network.name(), Map.of("CNI_COMMAND", "STATUS"), request),
                        PATIENCE);
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
        }
        return "";
    }
}
