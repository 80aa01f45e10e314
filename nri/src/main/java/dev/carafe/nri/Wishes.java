package dev.carafe.nri;

import dev.carafe.api.nri.ContainerEviction;
import dev.carafe.api.nri.ContainerUpdate;
import java.util.List;

/// What plugins want of containers that are there.
public record Wishes(List<ContainerUpdate> updates, List<ContainerEviction> evictions) {
    public static final Wishes NONE = new Wishes(List.of(), List.of());

    public Wishes {
        updates = List.copyOf(updates);
        evictions = List.copyOf(evictions);
    }
}
