package dev.carafe.engine.container;

import dev.carafe.engine.seccomp.ForbiddenCalls;
import dev.carafe.engine.spec.PodAnnotation;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Ends containers for what they called, where their pods want it. Why is on record before anything is ended.
public final class EndForbidden implements ForbiddenCalls {
    private static final System.Logger LOG = System.getLogger(EndForbidden.class.getName());
    private static final String STOP = "stop";

    private final Stores stores;
    private final ContainerSpecs specs;
    private final StopContainer stop;
    private final List<CallObserver> observers = new CopyOnWriteArrayList<>();

    public EndForbidden(Stores stores, ContainerSpecs specs, StopContainer stop) {
        this.stores = stores;
        this.specs = specs;
        this.stop = stop;
    }

    /// Is told of each call. Must not block.
    @FunctionalInterface
    public interface CallObserver {
        /// @param name the container's, as the node's tools have it, see [Inspected#name()]
        void forbidden(String name, String call);
    }

    /// From now on.
    public void observe(CallObserver observer) {
        observers.add(observer);
    }

    @Override
    public Optional<ContainerId> alive(String beginning) {
        return stores.containers()
                .find(beginning)
                .filter(container -> !container.hasExited())
                .map(ContainerRecord::id);
    }

    @Override
    public void called(ContainerId id, String call) {
        var container = stores.containers().get(id.value());
        var pod = container.flatMap(this::pod);
        if (pod.isPresent()) {
            var name = Inspected.name(pod.get(), container.get().config());
            observers.forEach(observer -> observer.forbidden(name, call));
        }
    }

    @Override
    public void quiet(ContainerId id, String calls) {
        LOG.log(System.Logger.Level.INFO, "container {0} has called what is forbidden: {1}", id, calls);
        var container = stores.containers().get(id.value());
        if (container.isEmpty() || pod(container.get()).filter(this::wantsAnEnd).isEmpty()) {
            return;
        }
        try {
            stores.containers()
                    .update(
                            id.value(),
                            c -> c.hasExited() ? c : c.with(c.making().withForbidden(calls), c.state()));
            stop.stop(id, Duration.ZERO);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "could not stop container " + id + ", which called " + calls, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<PodRecord> pod(ContainerRecord container) {
        return stores.pods().get(container.pod().value());
    }

    private boolean wantsAnEnd(PodRecord pod) {
        return PodAnnotation.SECCOMP_NOTIFIER
                .in(pod.config().getAnnotationsMap(), specs.rules(pod))
                .filter(STOP::equals)
                .isPresent();
    }
}
