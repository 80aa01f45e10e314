package dev.carafe.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The host ports of one attached pod.
///
/// @param pod whose, as people call it
/// @param addresses the pod's; the first of each family is where connections go
/// @param localDevices the node's interfaces over which connections from its own loopback reach the pod
record OpenPorts(String pod, List<PortMapping> mappings, List<PodAddress> addresses, Set<String> localDevices) {
    OpenPorts {
        mappings = List.copyOf(mappings);
        addresses = List.copyOf(addresses);
        localDevices = Set.copyOf(localDevices);
    }

    Optional<PodAddress> ipv4() {
        return addresses.stream().filter(PodAddress::isIpv4).findFirst();
    }

    Optional<PodAddress> ipv6() {
        return addresses.stream().filter(address -> !address.isIpv4()).findFirst();
    }

    /// One mapping to one address of the pod.
    record Way(PortMapping mapping, PodAddress pod) {}

    /// All ways there are. A mapping for a family in which the pod has no address leads nowhere.
    List<Way> ways() {
        var ways = new ArrayList<Way>();
        for (var mapping : mappings) {
            if (mapping.isForIpv4()) {
                ipv4().ifPresent(address -> ways.add(new Way(mapping, address)));
            }
            if (mapping.isForIpv6()) {
                ipv6().ifPresent(address -> ways.add(new Way(mapping, address)));
            }
        }
        return ways;
    }
}
