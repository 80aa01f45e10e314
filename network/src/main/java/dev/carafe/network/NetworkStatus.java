package dev.carafe.network;

import java.util.List;

/// Whether pods can be attached to the network.
public sealed interface NetworkStatus {
    /// @param network the name of the one that pods are attached to
    /// @param problems configuration files that were passed over, each with the reason
    record Ready(String network, List<String> problems) implements NetworkStatus {
        public Ready {
            problems = List.copyOf(problems);
        }
    }

    /// @param reason a word for programs, as the kubelet knows it
    /// @param message for people; names the folder, and each broken file with what is wrong
    record NotReady(String reason, String message) implements NetworkStatus {}
}
