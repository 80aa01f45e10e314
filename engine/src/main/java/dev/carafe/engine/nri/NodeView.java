package dev.carafe.engine.nri;

import dev.carafe.api.nri.Container;
import dev.carafe.api.nri.ContainerUpdate;
import dev.carafe.engine.EngineException;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import dev.carafe.nri.Node;
import dev.carafe.nri.Wishes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The node's pods and containers for plugins. Safe for all threads.
final class NodeView implements Node {
    private static final System.Logger LOG = System.getLogger(NodeView.class.getName());

    private final Stores stores;
    private final Specs specs;
    private final Changes changes;
    private final Set<ContainerId> live;

    /// @param live where containers go whose end plugins are to be told of
    NodeView(Stores stores, Specs specs, Changes changes, Set<ContainerId> live) {
        this.stores = stores;
        this.specs = specs;
        this.changes = changes;
        this.live = live;
    }

    @Override
    public State state() {
        var pods = stores.pods().all().stream()
                .filter(PodRecord::isVisible)
                .map(NriViews::pod)
                .toList();
        var containers = new ArrayList<Container>();
        for (var container : stores.containers().all()) {
            if (container.isVisible() && !container.hasExited()) {
                view(container).ifPresent(containers::add);
            }
        }
        return new State(pods, containers);
    }

    /// Empty when it is going.
    private Optional<Container> view(ContainerRecord container) {
        try {
            var view = NriViews.container(container, specs.of(container.id()));
            live.add(container.id());
            return Optional.of(view);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "NRI plugins are not told of container " + container.id(), e);
            return Optional.empty();
        }
    }

    @Override
    public List<ContainerUpdate> fulfil(Wishes wishes) throws InterruptedException {
        var failed = new ArrayList<ContainerUpdate>();
        for (var update : wishes.updates()) {
            if (!update(update) && !update.getIgnoreFailure()) {
                failed.add(update);
            }
        }
        for (var eviction : wishes.evictions()) {
            var container = stores.containers().get(eviction.getContainerId());
            if (container.isPresent()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "an NRI plugin evicts container {0}: {1}",
                        eviction.getContainerId(),
                        eviction.getReason());
                evict(container.get().id());
            }
        }
        return failed;
    }

    /// One that is not there, or has ended, needs no limits.
    private boolean update(ContainerUpdate update) throws InterruptedException {
        var container = stores.containers().get(update.getContainerId()).filter(c -> c.isVisible() && !c.hasExited());
        if (container.isEmpty()) {
            return true;
        }
        try {
            var limits = update.getLinux().getResources();
            Limits.refuseUnchangeable(limits);
            changes.update(container.get().id(), Limits.toCri(limits));
            return true;
        } catch (IOException | EngineException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "container " + update.getContainerId() + " does not get the limits that an NRI plugin wants",
                    e);
            return false;
        }
    }

    private void evict(ContainerId id) throws InterruptedException {
        try {
            changes.evict(id);
        } catch (IOException | EngineException e) {
            LOG.log(System.Logger.Level.WARNING, "container " + id + " was not evicted", e);
        }
    }
}
