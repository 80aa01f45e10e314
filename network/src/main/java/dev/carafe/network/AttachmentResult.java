package dev.carafe.network;

import java.util.List;

/// What a pod got from the network.
///
/// @param network its name
/// @param addresses the pod's, IPv4 or IPv6, without prefix lengths, in the plugin's order, of which the first is the
///     pod's IP; empty when the network gives none
public record AttachmentResult(String network, List<String> addresses) {
    public AttachmentResult {
        addresses = List.copyOf(addresses);
    }
}
