package dev.carafe.engine.container;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.Namespaces;
import dev.carafe.linux.Pidfd;
import dev.carafe.runtime.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The process namespaces of containers that others join, as `kubectl debug --target` wants it. Pinned while the
/// runtime makes the one that joins: a pid may be another process's by then. Safe for all threads.
public final class TargetNamespaces {
    private static final String FIELD = "linux.security_context.namespace_options.target_id: ";

    private final Path directory;
    private final Stores stores;
    private final Runtimes runtimes;

    /// @param directory holds a folder for each kind of namespace
    public TargetNamespaces(Path directory, Stores stores, Runtimes runtimes) {
        this.directory = directory.resolve(NamespaceKind.PID.procName() + "ns");
        this.stores = stores;
        this.runtimes = runtimes;
    }

    /// What the container is to join beside its pod's; nothing when it names no target.
    ///
    /// @throws Invalid when there is no such target in the pod
    /// @throws WrongState when the target does not run
    Map<NamespaceKind, Path> pin(PodRecord pod, ContainerId joining, ContainerConfig config)
            throws IOException, InterruptedException {
        var options = config.getLinux().getSecurityContext().getNamespaceOptions();
        if (options.getPid() != NamespaceMode.TARGET) {
            return Map.of();
        }
        var target = target(pod, options.getTargetId());
        try (var process = Pidfd.open(target.making().process().pid()).orElseThrow(() -> ended(target))) {
            // The runtime knows its process from another one of that pid.
            var state =
                    runtimes.get(target.making().handler()).state(target.id().value());
            if (state.filter(State::isRunning).isEmpty()) {
                throw ended(target);
            }
            Files.createDirectories(directory);
            Namespaces.pin(process, NamespaceKind.PID, pin(joining));
        }
        return Map.of(NamespaceKind.PID, pin(joining));
    }

    private ContainerRecord target(PodRecord pod, String id) {
        var target = stores.containers()
                .find(id)
                .filter(container -> container.pod().equals(pod.id()))
                .orElseThrow(() -> new Invalid(FIELD + "pod " + pod.id() + " has no container " + id));
        if (!target.isRunning()) {
            throw new WrongState(FIELD + "container " + target.id() + " is "
                    + target.state().name() + "; only the processes of a running one can be joined");
        }
        return target;
    }

    private static WrongState ended(ContainerRecord target) {
        return new WrongState(FIELD + "container " + target.id() + " has ended");
    }

    /// Idempotent.
    void unpin(ContainerId joining) throws IOException {
        Namespaces.unpin(pin(joining));
    }

    private Path pin(ContainerId joining) {
        return directory.resolve(joining.value());
    }
}
