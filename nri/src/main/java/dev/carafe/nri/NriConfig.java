package dev.carafe.nri;

import java.nio.file.Path;
import java.time.Duration;

/// What crio.conf's \[crio.nri] says.
///
/// @param listens whether plugins may connect that the daemon has not started
/// @param registrationTimeout how long a plugin may take to register once it is connected
/// @param requestTimeout how long it may take for each answer; who takes longer is let go of
public record NriConfig(
        boolean isEnabled,
        Path socket,
        boolean listens,
        Path pluginDirectory,
        Path configDirectory,
        Duration registrationTimeout,
        Duration requestTimeout,
        ValidatorRules validator) {

    /// Whom plugins are told they work for.
    public record Runtime(String name, String version) {}
}
