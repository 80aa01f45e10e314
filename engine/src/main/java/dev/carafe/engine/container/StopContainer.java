package dev.carafe.engine.container;

import dev.carafe.engine.InFlight;
import dev.carafe.engine.Lanes;
import dev.carafe.engine.TimedOut;
import dev.carafe.engine.nri.Nri;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.Store;
import dev.carafe.linux.ProcessStat;
import dev.carafe.linux.Signals;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/// StopContainer: the stop signal, the time asked for, then SIGKILL. A stop that joins one under way shortens its
/// wait when it asks for less. No lock is held while waiting: the exit arrives meanwhile.
public final class StopContainer {
    /// More than anybody waits; a caller's number may be any.
    private static final Duration LONGEST_GRACE = Duration.ofDays(365);

    private final Store<ContainerRecord> containers;
    private final Runtimes runtimes;
    private final Duration killTimeout;
    private final InstantSource steady;
    private final Nri nri;
    private final InFlight<ContainerId, Void> underWay;
    private final ConcurrentHashMap<ContainerId, Instant> deadlines = new ConcurrentHashMap<>();

    /// @param killTimeout how long a killed process may take to end
    /// @param steady the stores' clock
    public StopContainer(
            Store<ContainerRecord> containers,
            Runtimes runtimes,
            Duration killTimeout,
            Lanes lanes,
            InstantSource steady,
            Nri nri) {
        this.containers = containers;
        this.runtimes = runtimes;
        this.killTimeout = killTimeout;
        this.underWay = new InFlight<>(lanes.stops());
        this.steady = steady;
        this.nri = nri;
    }

    /// Returns when its exit is on record; at once when it has ended already or is gone. One that is half made is only
    /// killed.
    public void stop(ContainerId id, Duration timeout) throws IOException, InterruptedException {
        end(id, timeout);
        if (containers.get(id.value()).filter(ContainerRecord::hasExited).isPresent()) {
            nri.stopped(id);
        }
    }

    private void end(ContainerId id, Duration timeout) throws IOException, InterruptedException {
        var container = containers.get(id.value());
        if (container.isEmpty() || container.get().hasExited()) {
            return;
        }
        var grace = timeout.compareTo(LONGEST_GRACE) < 0 ? timeout : LONGEST_GRACE;
        deadlines.merge(id, steady.instant().plus(grace), (a, b) -> a.isBefore(b) ? a : b);
        containers.wake(id.value());
        underWay.join(id, () -> {
            try {
                end(container.get());
            } finally {
                deadlines.remove(id);
            }
            return null;
        });
        if (containers.get(id.value()).map(ContainerRecord::hasExited).orElse(true)) {
            deadlines.remove(id); // where this call came just after the joined one had removed it
        }
    }

    private void end(ContainerRecord container) throws IOException, InterruptedException {
        var id = container.id().value();
        var runtime = runtimes.get(container.making().handler());
        if (!container.isVisible()) {
            runtime.kill(id, Signals.KILL); // no exit will be on record: who makes it, or removes it, takes it back
            return;
        }
        // Of a container that was never started only the runtime's own process is there, which knows no stop signal.
        if (container.isRunning() && deadline(container).isAfter(steady.instant())) {
            runtime.kill(id, container.making().process().stopSignal());
            if (containers.await(id, ContainerRecord::hasExited, () -> deadline(container))) {
                return;
            }
        }
        runtime.kill(id, Signals.KILL);
        var last = steady.instant().plus(killTimeout);
        if (!containers.await(id, ContainerRecord::hasExited, () -> last)) {
            throw new TimedOut(
                    "container " + id + " was sent SIGKILL and has not ended after " + killTimeout.toSeconds() + " s; "
                            + seen(container.making().process().pid()));
        }
    }

    private Instant deadline(ContainerRecord container) {
        return deadlines.getOrDefault(container.id(), Instant.MIN);
    }

    /// Why a killed process may still be there: it hangs in the kernel.
    private static String seen(int pid) {
        return ProcessStat.read(pid)
                .map(stat -> "its process " + pid + " is in state " + stat.state()
                        + (stat.state() == 'D'
                                ? " (waits in the kernel, often for a disk or a network file system)"
                                : ""))
                .orElse("its process " + pid + " is gone, its exit was not reported");
    }
}
