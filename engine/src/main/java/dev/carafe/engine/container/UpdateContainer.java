package dev.carafe.engine.container;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Step;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.spec.ResourceUpdate;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import dev.carafe.runtime.OciRuntime;
import dev.carafe.runtime.State;
import java.io.IOException;

/// UpdateContainerResources: the runtime sets the limits, then the record shows them. All of them or none: where the
/// runtime or the record fails, those from before are set again. A stop does not wait for it; a start, an exit and a
/// removal do.
public final class UpdateContainer {
    private static final System.Logger LOG = System.getLogger(UpdateContainer.class.getName());

    private final Stores stores;
    private final Locks<ContainerId> locks;
    private final Runtimes runtimes;
    private final ContainerSpecs specs;
    private final ContainerTuning tuning;
    private final Failpoint failpoint;

    public UpdateContainer(
            Stores stores,
            Locks<ContainerId> locks,
            Runtimes runtimes,
            ContainerSpecs specs,
            ContainerTuning tuning,
            Failpoint failpoint) {
        this.stores = stores;
        this.locks = locks;
        this.runtimes = runtimes;
        this.specs = specs;
        this.tuning = tuning;
        this.failpoint = failpoint;
    }

    public void update(ContainerId id, LinuxContainerResources asked) throws IOException, InterruptedException {
        try (var _ = locks.hold(id)) {
            var container = stores.containers().require(id.value());
            requireProcess(container);
            var update = specs.update(pod(container), container, asked);
            if (update.resources().equals(container.making().resources())) {
                return;
            }
            var runtime = runtimes.get(container.making().handler());
            refuseBelowUse(container, update, runtime);
            set(container, update, runtime);
            rewriteSpec(id, update);
        }
    }

    /// @throws WrongState when it has no limits to change
    void requireProcess(ContainerId id) {
        requireProcess(stores.containers().require(id.value()));
    }

    private static void requireProcess(ContainerRecord container) {
        switch (container.state()) {
            case ContainerState.Created(), ContainerState.Running _ -> {}
            case ContainerState.Creating(), ContainerState.Exited _ -> throw noProcess(container);
        }
    }

    private static WrongState noProcess(ContainerRecord container) {
        return new WrongState("container " + container.id() + " is "
                + container.state().name() + "; only limits of one that is created or running can be changed");
    }

    /// On cgroup v1 the kernel refuses it. On v2 it would kill what does not fit.
    private static void refuseBelowUse(ContainerRecord container, ResourceUpdate update, OciRuntime runtime)
            throws IOException {
        var limit = update.memoryLimitBytes();
        if (limit == 0 || limit == container.making().resources().getMemoryLimitInBytes()) {
            return;
        }
        var used = runtime.workingSetBytes(container.id().value());
        if (used.isPresent() && used.getAsLong() > limit) {
            throw new Invalid("linux.resources.memory_limit_in_bytes: " + limit + " is below the " + used.getAsLong()
                    + " bytes that container " + container.id() + " uses now");
        }
    }

    private void set(ContainerRecord container, ResourceUpdate update, OciRuntime runtime)
            throws IOException, InterruptedException {
        var id = container.id().value();
        try {
            runtime.update(id, update.limits());
            tuning.liftQuota(container);
            failpoint.at(Step.UPDATE_CONTAINER_SET);
            stores.containers().update(id, c -> c.with(c.making().with(update.resources()), c.state()));
        } catch (IOException e) {
            if (runtime.state(id).filter(State::isAlive).isEmpty()) {
                throw new WrongState("container " + id + " ended while its limits were changed");
            }
            takeBack(container, update, runtime, e);
            throw e;
        }
    }

    private void takeBack(ContainerRecord container, ResourceUpdate failed, OciRuntime runtime, IOException why)
            throws InterruptedException {
        try {
            var before = container.making().resources();
            runtime.update(
                    container.id().value(),
                    specs.back(pod(container), container, failed, before).limits());
        } catch (IOException | RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    private PodRecord pod(ContainerRecord container) {
        return stores.pods().require(container.pod().value());
    }

    /// Only people read it there; limits are the kernel's by now, and the record's.
    private void rewriteSpec(ContainerId id, ResourceUpdate update) {
        try {
            specs.rewrite(id, update.limits());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the spec of container " + id + " does not show its new limits", e);
        }
    }
}
