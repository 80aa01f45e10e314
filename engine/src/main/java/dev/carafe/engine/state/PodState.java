package dev.carafe.engine.state;

import java.util.List;

/// Where a pod is in its life.
public sealed interface PodState {
    /// Being made: nobody sees it. Found at a start, it is what a crash left, and is taken back.
    record Starting() implements PodState {}

    /// Its namespaces and its network are there. No addresses when the network is the node's.
    record Ready(List<String> addresses) implements PodState {
        public Ready {
            addresses = List.copyOf(addresses);
        }
    }

    /// Its containers have ended; network and namespaces are gone or will be.
    record Stopped() implements PodState {}
}
