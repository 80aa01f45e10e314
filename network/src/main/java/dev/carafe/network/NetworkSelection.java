package dev.carafe.network;

import java.util.List;

/// Which of the configured networks pods are attached to.
sealed interface NetworkSelection {
    /// @param file where it was found
    /// @param problems of the files that were passed over
    record Chosen(NetworkList network, String file, List<String> problems) implements NetworkSelection {
        public Chosen {
            problems = List.copyOf(problems);
        }
    }

    record Nothing(String why) implements NetworkSelection {}
}
