package dev.carafe.daemon.config;

import java.util.List;

/// A configuration that was read.
///
/// @param warnings what is accepted but does not do what it says, a line each, for the log: where, the key, why
public record Loaded(Configuration configuration, List<String> warnings) {
    public Loaded {
        warnings = List.copyOf(warnings);
    }
}
