package dev.carafe.daemon.config;

import dev.carafe.engine.EngineConfig;
import java.util.List;

/// What a configuration means for the engine on one host.
///
/// @param warnings what the host makes different from what is configured, a line each, for the log
public record EngineSettings(EngineConfig config, List<String> warnings) {
    public EngineSettings {
        warnings = List.copyOf(warnings);
    }

    /// Looks for programs and files; nothing is made or run.
    ///
    /// @throws ConfigurationException with everything that this host can't do
    public static EngineSettings of(Configuration configuration, Host host) throws ConfigurationException {
        return new ComposeEngineConfig(configuration, host).run();
    }
}
