package dev.carafe.engine;

import dev.carafe.engine.container.ContainerParts;
import dev.carafe.engine.container.StopContainer;
import dev.carafe.engine.pod.PodParts;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.Folders;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.TreeSet;

/// What is left of pods and containers whose records are lost: nobody can ask for its end any more, and the kubelet
/// starts the same again beside it. So it is ended and removed. A record that is there, though this version can't read
/// it, keeps what it stands for. For one thread.
final class Orphans {
    private static final System.Logger LOG = System.getLogger(Orphans.class.getName());

    private final Stores stores;
    private final Folders folders;
    private final ContainerParts containers;
    private final StopContainer stop;
    private final PodParts pods;

    Orphans(Stores stores, Folders folders, ContainerParts containers, StopContainer stop, PodParts pods) {
        this.stores = stores;
        this.folders = folders;
        this.containers = containers;
        this.stop = stop;
        this.pods = pods;
    }

    /// A failure with one is logged and leaves it for the next start.
    void end() throws IOException, InterruptedException {
        for (var container : stores.containers().all()) {
            if (isLost(container.pod().value())) {
                LOG.log(System.Logger.Level.WARNING, "container {0} has lost its pod, stopping it", container.id());
                attempt(container.id().value(), () -> stop.stop(container.id(), Duration.ZERO));
            }
        }
        // A pod's own process is a container by the pod's id.
        for (var id : containers.ids()) {
            if (isLost(id)) {
                LOG.log(System.Logger.Level.WARNING, "{0} has no record, removing what is left of the container", id);
                attempt(id, () -> containers.removeLost(new ContainerId(id)));
            }
        }
        var lost = new TreeSet<>(pods.files().ids());
        lost.addAll(pods.namespaces().ids());
        for (var id : lost) {
            if (isLost(id)) {
                LOG.log(System.Logger.Level.WARNING, "{0} has no record, removing what is left of the pod", id);
                attempt(id, () -> remove(new PodId(id)));
            }
        }
    }

    /// Neither a pod nor a container has it, nor a record that could not be read.
    private boolean isLost(String id) {
        return stores.pods().get(id).isEmpty()
                && stores.containers().get(id).isEmpty()
                && Files.notExists(folders.podRecord(id))
                && Files.notExists(folders.containerRecord(id));
    }

    private void remove(PodId id) throws IOException, InterruptedException {
        pods.network().detachLost(id, pods.namespaces().networkPin(id));
        pods.namespaces().removeLost(id);
        pods.files().remove(id);
    }

    private static void attempt(String id, Removal removal) throws InterruptedException {
        try {
            removal.run();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "could not remove what is left of " + id, e);
        }
    }

    @FunctionalInterface
    private interface Removal {
        void run() throws IOException, InterruptedException;
    }
}
