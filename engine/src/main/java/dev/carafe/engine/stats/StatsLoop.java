package dev.carafe.engine.stats;

import dev.carafe.engine.Repetition;
import dev.carafe.engine.StatsSettings;
import dev.carafe.engine.state.Stores;
import dev.carafe.linux.Cgroups;
import dev.carafe.runtime.CgroupManager;
import dev.carafe.storage.ContainerRoots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;

/// Takes the samples that are wanted from time to time, and forgets what is known of containers that have gone.
public final class StatsLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StatsLoop.class.getName());

    /// Where samples are taken on request; and how old a count of what a container has written may be.
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Stats stats;
    private final Metrics metrics;
    private final WritableLayers layers;
    private final Repetition sweeps;

    private StatsLoop(Stats stats, Metrics metrics, WritableLayers layers, Repetition sweeps) {
        this.stats = stats;
        this.metrics = metrics;
        this.layers = layers;
        this.sweeps = sweeps;
    }

    /// @param writtenAt the folder of the file system that containers write to
    public record Sources(
            Stores stores, Cgroups cgroups, CgroupManager manager, ContainerRoots roots, Path writtenAt) {}

    public static StatsLoop start(Sources from, StatsSettings settings, Clock clock, InstantSource steady) {
        var onRequest = settings.period().isZero();
        var period = onRequest ? MINUTE : settings.period();
        var layers =
                WritableLayers.start(from.roots::usage, onRequest ? MINUTE : longer(period, MINUTE), clock, steady);
        var stats = new Stats(
                from.stores,
                new GroupPaths(from.manager),
                new Samples(from.cgroups::usage, clock, steady),
                layers,
                new Stats.Options(from.writtenAt, !onRequest),
                clock);
        var metrics = new Metrics(
                from.stores,
                from.cgroups,
                new GroupPaths(from.manager),
                layers,
                new Metrics.Options(from.writtenAt, settings.metrics()),
                clock);
        return new StatsLoop(stats, metrics, layers, Repetition.start("stats", period, () -> sweep(stats)));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    public Stats stats() {
        return stats;
    }

    public Metrics metrics() {
        return metrics;
    }

    private static void sweep(Stats stats) {
        try {
            stats.sweep();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "could not sample what containers use", e);
        }
    }

    @Override
    public void close() {
        sweeps.close();
        layers.close();
    }
}
