package dev.carafe.engine.container;

import dev.carafe.engine.Failpoint;
import dev.carafe.engine.Phase;
import dev.carafe.engine.Step;
import dev.carafe.engine.Undo;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.Stores;
import java.io.IOException;
import java.time.Clock;

/// StartContainer. Its exit can come before its start is on record, so both hold the container.
public final class StartContainer {
    private final Stores stores;
    private final Locks<ContainerId> locks;
    private final Runtimes runtimes;
    private final ContainerTuning tuning;
    private final Failpoint failpoint;
    private final Clock clock;

    public StartContainer(
            Stores stores,
            Locks<ContainerId> locks,
            Runtimes runtimes,
            ContainerTuning tuning,
            Failpoint failpoint,
            Clock clock) {
        this.stores = stores;
        this.locks = locks;
        this.runtimes = runtimes;
        this.tuning = tuning;
        this.failpoint = failpoint;
        this.clock = clock;
    }

    /// @throws WrongState when it is in another state
    ContainerRecord requireCreated(ContainerId id) {
        var container = stores.containers().require(id.value());
        if (!(container.state() instanceof ContainerState.Created)) {
            throw new WrongState(
                    "container " + id + " is " + container.state().name() + "; only a created one can be started");
        }
        return container;
    }

    void start(ContainerId id) throws IOException, InterruptedException {
        try (var _ = locks.hold(id)) {
            var container = requireCreated(id);
            var startedAt = clock.instant(); // its process may have ended when the runtime returns
            var runtime = runtimes.get(container.making().handler());
            try (var undo = new Undo("start container " + id)) {
                undo.push("put back what it changed on the node", () -> tuning.end(id));
                tuning.begin(container);
                Phase.run("runtime start", () -> runtime.start(id.value()));
                undo.commit();
            }
            failpoint.at(Step.START_CONTAINER_STARTED);
            stores.containers().note(id.value(), c -> c.with(c.state().started(startedAt)));
        }
    }
}
