package dev.carafe.engine.container;

import dev.carafe.engine.seccomp.SeccompNotifiers;
import dev.carafe.engine.spec.ProcessNamespace;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.Stores;
import dev.carafe.runtime.ContainerExit;
import java.io.IOException;

/// A container's end, as its monitor left it, becomes part of its record. Once it is there nothing of the container
/// runs any more.
public final class RecordExit {
    private static final System.Logger LOG = System.getLogger(RecordExit.class.getName());

    private final Stores stores;
    private final Locks<ContainerId> locks;
    private final Runtimes runtimes;
    private final ContainerTuning tuning;
    private final SeccompNotifiers notifiers;

    public RecordExit(
            Stores stores,
            Locks<ContainerId> locks,
            Runtimes runtimes,
            ContainerTuning tuning,
            SeccompNotifiers notifiers) {
        this.stores = stores;
        this.locks = locks;
        this.runtimes = runtimes;
        this.tuning = tuning;
        this.notifiers = notifiers;
    }

    /// Waits for a start under way. Exits of containers that are not ours are nobody's.
    public void record(ContainerExit exit) throws IOException, InterruptedException {
        var id = new ContainerId(exit.id());
        try (var _ = locks.hold(id)) {
            var container = stores.containers().get(id.value());
            if (container.isPresent()) {
                endRemaining(container.get());
                tuning.end(id);
                endNotifier(id);
                stores.containers()
                        .note(id.value(), c -> c.with(c.state().exited(exit.at(), exit.exitCode(), reason(c, exit))));
            }
        }
    }

    /// What a container has left in a process namespace that others share would go on beside its next attempt. What
    /// can't be ended hangs in the kernel, and the exit is told all the same.
    private void endRemaining(ContainerRecord container) throws InterruptedException {
        var pod = stores.pods().get(container.pod().value());
        if (pod.isEmpty()
                || ProcessNamespace.isOwn(container.config(), pod.get().config())) {
            return;
        }
        try {
            runtimes.get(container.making().handler())
                    .endRemaining(container.id().value());
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "something of container " + container.id() + " may still run", e);
        }
    }

    /// The container's removal tries again.
    private void endNotifier(ContainerId id) {
        try {
            notifiers.end(id);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the seccomp socket of container " + id + " is still there", e);
        }
    }

    /// The words that the kubelet passes on to people; the last is its own for a container whose end nobody saw.
    private static String reason(ContainerRecord container, ContainerExit exit) {
        if (!exit.seen()) {
            return "ContainerStatusUnknown";
        }
        if (exit.oomKilled()) {
            return "OOMKilled";
        }
        if (!container.making().forbidden().isEmpty()) {
            return ContainerViews.SECCOMP_KILLED;
        }
        return exit.exitCode() == 0 ? "Completed" : "Error";
    }
}
