package dev.carafe.network;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where the pod network's parts are.
///
/// @param networkDirectory holds the CNI configurations (`network_dir`); it may be made later
/// @param pluginDirectories are searched for plugins in this order (`plugin_dirs`)
/// @param cacheDirectory libcni's: results are cached in the folder `results` below it
/// @param stateDirectory keeps what must be done or known again after the daemon's end; it has to survive
///     reboots and be this daemon's alone
public record NetworkConfig(
        Path networkDirectory,
        List<Path> pluginDirectories,
        Path cacheDirectory,
        Path stateDirectory,
        Choices choices,
        Limits limits) {
    public NetworkConfig {
        pluginDirectories = List.copyOf(pluginDirectories);
        if (pluginDirectories.isEmpty()) {
            throw new IllegalArgumentException("there is no folder to search for CNI plugins");
        }
        for (var directory : pluginDirectories) {
            // CNI_PATH separates them by colons.
            if (!directory.isAbsolute() || directory.toString().contains(":")) {
                throw new IllegalArgumentException(
                        "the folder of CNI plugins must be an absolute path without a colon: " + directory);
            }
        }
        if (!networkDirectory.isAbsolute()) {
            throw new IllegalArgumentException(
                    "the folder of CNI configurations must be an absolute path: " + networkDirectory);
        }
    }

    /// CRI-O's places.
    public static NetworkConfig crio(Path stateDirectory) {
        return new NetworkConfig(
                Path.of("/etc/cni/net.d"),
                List.of(Path.of("/opt/cni/bin")),
                Path.of("/var/lib/cni"),
                stateDirectory,
                Choices.USUAL,
                Limits.USUAL);
    }

    Path postponedDirectory() {
        return stateDirectory.resolve("postponed-detachments");
    }

    /// What an operator chooses.
    ///
    /// @param defaultNetwork the network of pods (`cni_default_network`); empty for the first by file name
    /// @param mapsHostPorts whether host ports that no plugin takes get rules of ours; the contrary of
    ///     `disable_hostport_mapping`
    /// @param statusGrace how long the plugins' STATUS may fail before the network counts as not ready
    ///     (`cni_status_grace_period`)
    /// @param template of the configuration that is made where the folder has none (`cni_conf_template`)
    public record Choices(String defaultNetwork, boolean mapsHostPorts, Duration statusGrace, Optional<Path> template) {
        public static final Choices USUAL = new Choices("", true, Duration.ZERO, Optional.empty());

        public Choices {
            if (statusGrace.isNegative()) {
                throw new IllegalArgumentException("the grace of STATUS can't be negative: " + statusGrace);
            }
        }
    }

    /// @param pluginCall how long one call of one plugin may take before the plugin is killed; some wait for their
    ///     own daemon to come up
    /// @param concurrentCalls how many plugins may run at a time; more wait for their turn
    public record Limits(Duration pluginCall, int concurrentCalls) {
        public static final Limits USUAL = new Limits(Duration.ofMinutes(2), 64);

        public Limits {
            if (!pluginCall.isPositive() || concurrentCalls < 1) {
                throw new IllegalArgumentException(
                        "limits of plugin calls must be positive: " + pluginCall + ", " + concurrentCalls);
            }
        }
    }
}
