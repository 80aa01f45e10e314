package dev.carafe.engine.container;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.Locks;
import dev.carafe.engine.state.Stores;
import dev.carafe.runtime.ContainerExit;
import java.io.IOException;

/// A container's end, as its monitor left it, becomes part of its record.
public final class RecordExit {
    private final Stores stores;
    private final Locks<ContainerId> locks;

    public RecordExit(Stores stores, Locks<ContainerId> locks) {
        this.stores = stores;
        this.locks = locks;
    }

    /// Waits for a start under way. Exits of containers that are not ours are nobody's.
    public void record(ContainerExit exit) throws IOException, InterruptedException {
        var id = new ContainerId(exit.id());
        try (var _ = locks.hold(id)) {
            if (stores.containers().get(id.value()).isPresent()) {
                stores.containers()
                        .update(id.value(), c -> c.with(c.state().exited(exit.at(), exit.exitCode(), reason(exit))));
            }
        }
    }

    /// The words that the kubelet passes on to people; the last is its own for a container whose end nobody saw.
    private static String reason(ContainerExit exit) {
        if (!exit.seen()) {
            return "ContainerStatusUnknown";
        }
        if (exit.oomKilled()) {
            return "OOMKilled";
        }
        return exit.exitCode() == 0 ? "Completed" : "Error";
    }
}
