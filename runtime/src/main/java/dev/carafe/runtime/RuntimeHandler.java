package dev.carafe.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// One of crio.conf's \[crio.runtime.runtimes.NAME], as far as it says how to run a container.
///
/// @param name what a pod's RuntimeClass asks for
/// @param path `runtime_path`, the program
/// @param root `runtime_root`, where the program keeps what it knows of its containers
/// @param monitorPath `monitor_path`, conmon
/// @param monitorEnvironment `monitor_env`: all that the monitor, the runtime and its hooks get
/// @param createTimeout `container_create_timeout`: after that time a create is given up and taken back
/// @param syncsLog whether the monitor syncs a container's log to disk when it ends; not `no_sync_log`
/// @param logsToJournal whether it writes to the host's journal as well (`log_to_journald`)
/// @param shim what makes it a shim of containerd's second kind, which is its own monitor; empty: a runtime under
///     conmon
/// @param pivotsRoot whether the container's root is changed by pivot_root(2), which a ramdisk can't; not
///     `no_pivot`
public record RuntimeHandler(
        String name,
        Path path,
        Path root,
        CgroupManager cgroupManager,
        Path monitorPath,
        Map<String, String> monitorEnvironment,
        Duration createTimeout,
        boolean syncsLog,
        boolean logsToJournal,
        boolean pivotsRoot,
        Optional<Shim> shim) {
    /// A shim's own part (`runtime_type` "vm").
    ///
    /// @param configuration `runtime_config_path`, which the shim is told; the empty path: it finds its own
    public record Shim(Path configuration) {}

    /// CRI-O's, where its configuration says nothing.
    public static final Duration CREATE_TIMEOUT = Duration.ofMinutes(4);

    private static final Duration LONGEST_CREATE_TIMEOUT = Duration.ofDays(1);

    /// Where hooks and the runtime look for programs, where the configuration says nothing.
    public static final Map<String, String> MONITOR_ENVIRONMENT =
            Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

    /// @throws IllegalArgumentException names the key whose value is wrong
    public RuntimeHandler {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a runtime handler has no name");
        }
        requireAbsolute(name, "runtime_path", path);
        requireAbsolute(name, "runtime_root", root);
        requireAbsolute(name, "monitor_path", monitorPath);
        if (!createTimeout.isPositive() || createTimeout.compareTo(LONGEST_CREATE_TIMEOUT) > 0) {
            throw new IllegalArgumentException("runtime handler " + name + ": container_create_timeout must be more "
                    + "than 0 s and at most " + LONGEST_CREATE_TIMEOUT.toSeconds() + " s, not "
                    + createTimeout.toSeconds() + " s");
        }
        monitorEnvironment = Map.copyOf(monitorEnvironment);
    }

    private static void requireAbsolute(String name, String key, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(
                    "runtime handler " + name + ": " + key + " must be an absolute path, not \"" + path + "\"");
        }
    }
}
