package dev.carafe.engine.stats;

import dev.carafe.engine.StatsSettings;
import dev.carafe.engine.state.Stores;
import dev.carafe.linux.Cgroups;
import dev.carafe.runtime.CgroupManager;
import dev.carafe.storage.ContainerRoots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Takes the samples that are wanted from time to time, and forgets what is known of containers that have gone.
public final class StatsLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StatsLoop.class.getName());

    /// Where samples are taken on request; and how old a count of what a container has written may be.
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Stats stats;
    private final WritableLayers layers;
    private final Duration period;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private StatsLoop(Stats stats, WritableLayers layers, Duration period) {
        this.stats = stats;
        this.layers = layers;
        this.period = period;
        this.thread = Thread.ofVirtual().name("stats").unstarted(this::run);
    }

    /// @param writtenAt the folder of the file system that containers write to
    public record Sources(
            Stores stores, Cgroups cgroups, CgroupManager manager, ContainerRoots roots, Path writtenAt) {}

    public static StatsLoop start(Sources from, StatsSettings settings, Clock clock) {
        var onRequest = settings.period().isZero();
        var period = onRequest ? MINUTE : settings.period();
        var layers = WritableLayers.start(from.roots::usage, onRequest ? MINUTE : longer(period, MINUTE), clock);
        var stats = new Stats(
                from.stores,
                new GroupPaths(from.manager),
                new Samples(from.cgroups::usage, clock),
                layers,
                new Stats.Options(from.writtenAt, !onRequest),
                clock);
        var loop = new StatsLoop(stats, layers, period);
        loop.thread.start();
        return loop;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    public Stats stats() {
        return stats;
    }

    private void run() {
        try {
            do {
                sweep();
            } while (!closed.await(period.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void sweep() {
        try {
            stats.sweep();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "could not sample what containers use", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        layers.close();
    }
}
