package dev.carafe.engine;

import dev.carafe.engine.performance.PerformanceSettings;
import dev.carafe.engine.spec.IdFloor;
import dev.carafe.runtime.CgroupManager;
import dev.carafe.runtime.RuntimeDirectories;
import dev.carafe.runtime.RuntimeHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What crio.conf's \[crio.runtime] says to the engine.
///
/// @param handlers at least the default one
/// @param namespacesDirectory where pods' namespaces are pinned, in a folder for each kind
/// @param logDirectory for logs of pods that name no folder of their own
/// @param killTimeout how long a killed process may take to end before that is an error
/// @param idFloor see there
/// @param performance see there
/// @param decryptionKeys `decryption_keys_path`: a folder of private keys for encrypted layers
public record RuntimeSettings(
        List<RuntimeHandler> handlers,
        String defaultHandler,
        RuntimeDirectories directories,
        Path namespacesDirectory,
        Path logDirectory,
        Duration killTimeout,
        IdFloor idFloor,
        PerformanceSettings performance,
        Path decryptionKeys) {

    public RuntimeSettings {
        handlers = List.copyOf(handlers);
        if (handlers.stream().noneMatch(h -> h.name().equals(defaultHandler))) {
            throw new IllegalArgumentException("the default runtime " + defaultHandler + " is not among the runtimes");
        }
    }

    /// One for all handlers: the kubelet knows only one (RuntimeConfig).
    public CgroupManager cgroupManager() {
        return handlers.getFirst().cgroupManager();
    }
}
