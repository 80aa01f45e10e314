package dev.carafe.engine;

import dev.carafe.engine.container.ContainerParts;
import dev.carafe.engine.container.RecordExit;
import dev.carafe.engine.container.Runtimes;
import dev.carafe.engine.pod.PodParts;
import dev.carafe.engine.pod.RemovePod;
import dev.carafe.engine.pod.StopPod;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.engine.state.Stores;
import dev.carafe.runtime.ContainerExit;
import dev.carafe.runtime.ExitWatcher;
import dev.carafe.runtime.State;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// What a start makes of what the last run left: containers that ended meanwhile get their exits, what was half
/// made is taken back, pods that a reboot ended are stopped. A failure with one object is logged and leaves that
/// object for the next attempt; it never keeps the daemon from starting.
final class Restart {
    private static final System.Logger LOG = System.getLogger(Restart.class.getName());

    /// A created container costs a run of the runtime's `state`.
    private static final int AT_ONCE = 8;

    /// For one answer of a runtime, which is not to keep a node from its daemon.
    private static final Duration START_WAITS = Duration.ofSeconds(5);

    private final Stores stores;
    private final Pods pods;
    private final Containers containers;
    private final Clock clock;

    Restart(Stores stores, Pods pods, Containers containers, Clock clock) {
        this.stores = stores;
        this.pods = pods;
        this.containers = containers;
        this.clock = clock;
    }

    record Pods(PodParts parts, StopPod stop, RemovePod remove) {}

    record Containers(ContainerParts parts, Runtimes runtimes, ExitWatcher exits, RecordExit recordExit) {}

    void reconcile() throws InterruptedException {
        each(stores.containers().all(), this::container);
        each(stores.pods().all(), this::pod);
    }

    private void container(ContainerRecord container) throws IOException, InterruptedException {
        switch (container.state()) {
            case ContainerState.Creating() -> {
                LOG.log(System.Logger.Level.INFO, "container {0} was half created, taking it back", container.id());
                containers.parts.remove(container);
                stores.containers().forget(container.id().value());
            }
            case ContainerState.Created(), ContainerState.Running _ -> findAgain(container);
            case ContainerState.Exited _ -> {}
        }
    }

    private void findAgain(ContainerRecord container) throws IOException, InterruptedException {
        var id = container.id().value();
        var monitor = container.making().process().monitorPid();
        containers.runtimes.get(container.making().handler()).takeUp(id);
        // Asked first: one that ends now leaves its exit before it has gone.
        var alive = containers.exits.isAlive(id, monitor);
        var exit = containers
                .runtimes
                .get(container.making().handler())
                .exitOf(id)
                .or(() -> alive ? Optional.empty() : Optional.of(ContainerExit.unseen(id, clock.instant())));
        if (exit.isPresent()) {
            if (!exit.get().seen()) {
                LOG.log(System.Logger.Level.WARNING, "container {0} ended while nobody watched", id);
            }
            containers.recordExit.record(exit.get());
            return;
        }
        if (!container.isRunning() && wasStarted(container)) {
            stores.containers().update(id, c -> c.with(c.state().started(clock.instant())));
        }
        containers.exits.watch(id, monitor);
    }

    /// Whether the start was done and not yet on record. The kernel knows it of most that were; of others the runtime
    /// is asked, and when that doesn't answer, the container stays created.
    private boolean wasStarted(ContainerRecord container) throws InterruptedException {
        var id = container.id().value();
        try {
            var runtime = containers.runtimes.get(container.making().handler());
            return runtime.isKnownToBeStarted(id)
                    || runtime.state(id, START_WAITS).filter(State::isRunning).isPresent();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "whether container " + id + " was started is not known", e);
            return false;
        }
    }

    private void pod(PodRecord pod) throws IOException, InterruptedException {
        switch (pod.state()) {
            case PodState.Starting() -> {
                LOG.log(System.Logger.Level.INFO, "pod {0} was half made, taking it back", pod.id());
                pods.remove.remove(pod.id());
            }
            case PodState.Ready _ -> {
                if (!pods.parts.namespaces().areThere(pod)) {
                    stop(pod, "lost its namespaces (a reboot?)");
                } else if (pod.place().process().isWanted()) {
                    findProcessAgain(pod);
                }
            }
            case PodState.Stopped() -> {}
        }
    }

    private void findProcessAgain(PodRecord pod) throws IOException, InterruptedException {
        var id = pod.id().value();
        var monitor = pod.place().process().monitorPid();
        containers.runtimes.get(pod.handler()).takeUp(id);
        if (containers.runtimes.get(pod.handler()).exitOf(id).isPresent() || !containers.exits.isAlive(id, monitor)) {
            stop(pod, "lost its process");
            return;
        }
        containers.exits.watch(id, monitor);
    }

    private void stop(PodRecord pod, String why) throws IOException, InterruptedException {
        LOG.log(System.Logger.Level.WARNING, "pod {0} {1}, stopping it", pod.id(), why);
        pods.stop.stop(pod);
    }

    private <T> void each(List<T> objects, Action<T> action) throws InterruptedException {
        var slots = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = objects.stream()
                    .map(object -> threads.submit(() -> {
                        slots.acquire();
                        try {
                            action.run(object);
                        } finally {
                            slots.release();
                        }
                        return null;
                    }))
                    .toList();
            for (var task : tasks) {
                await(task);
            }
        }
    }

    private static void await(Future<?> task) throws InterruptedException {
        try {
            task.get();
        } catch (ExecutionException e) {
            LOG.log(System.Logger.Level.ERROR, "could not restore an object of the last run", e.getCause());
        }
    }

    @FunctionalInterface
    private interface Action<T> {
        void run(T object) throws IOException, InterruptedException;
    }
}
