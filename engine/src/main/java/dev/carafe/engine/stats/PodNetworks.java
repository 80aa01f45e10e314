package dev.carafe.engine.stats;

import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.linux.Namespaces;
import dev.carafe.linux.NetworkCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts what pods receive and send, each in its own namespace.
final class PodNetworks {
    private PodNetworks() {}

    /// None for pods in the host's network: what the node sends is not theirs.
    static Map<PodId, List<NetworkCounters>> count(Collection<PodRecord> pods) throws IOException {
        var pins = new HashMap<PodId, Path>();
        for (var pod : pods) {
            var pin = pod.place().namespaces().get(NamespaceKind.NETWORK);
            if (pod.isReady() && !pod.usesHostNetwork() && pin != null) {
                pins.put(pod.id(), pin);
            }
        }
        return Namespaces.insideEach(pins, NetworkCounters::read);
    }
}
