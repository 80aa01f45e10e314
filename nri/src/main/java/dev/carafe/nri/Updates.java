package dev.carafe.nri;

import dev.carafe.api.nri.ContainerEviction;
import dev.carafe.api.nri.ContainerUpdate;
import dev.carafe.api.nri.LinuxContainerUpdate;
import dev.carafe.api.nri.LinuxResources;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What plugins, one after the other, want changed of containers that are there. For one thread.
final class Updates {
    private final Owners owners;
    private final String creating;
    private final Map<String, ContainerUpdate> updates = new LinkedHashMap<>();
    private final List<ContainerEviction> evictions = new ArrayList<>();

    /// @param creating the id of the container that is being created, which can't be updated; empty: none is
    Updates(Owners owners, String creating) {
        this.owners = owners;
        this.creating = creating;
    }

    /// @throws PluginException when two plugins are at odds about what both insist on
    void add(String plugin, List<ContainerUpdate> wanted, List<ContainerEviction> unwanted) throws PluginException {
        for (var update : wanted) {
            if (update.getContainerId().equals(creating)) {
                throw new PluginException("NRI plugin " + plugin + " updates container " + creating
                        + ", which is only being created; it has to adjust it");
            }
            add(plugin, update);
        }
        evictions.addAll(unwanted);
    }

    private void add(String plugin, ContainerUpdate wanted) throws PluginException {
        var id = wanted.getContainerId();
        var there = updates.get(id);
        var limits = wanted.getLinux().getResources();
        try {
            new ClaimedLimits(owners, id, plugin).claim(limits);
        } catch (PluginException e) {
            if (wanted.getIgnoreFailure()) {
                return;
            }
            throw e;
        }
        updates.put(
                id,
                ContainerUpdate.newBuilder()
                        .setContainerId(id)
                        .setIgnoreFailure(wanted.getIgnoreFailure() && (there == null || there.getIgnoreFailure()))
                        .setLinux(
                                LinuxContainerUpdate.newBuilder().setResources(ClaimedLimits.over(limits(id), limits)))
                        .build());
    }

    /// What is wanted of one of them so far.
    LinuxResources limits(String id) {
        var there = updates.get(id);
        return there == null
                ? LinuxResources.getDefaultInstance()
                : there.getLinux().getResources();
    }

    Wishes wishes() {
        return new Wishes(List.copyOf(updates.values()), evictions);
    }
}
