package dev.carafe.engine.performance;

import dev.carafe.engine.Invalid;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What crio.conf says of containers with processors of their own.
///
/// @param irqbalance `irqbalance_config_file`: its settings
/// @param restore `irqbalance_config_restore_file`: what they were at first; empty: they are not put back after a
/// reboot
/// @param shared `shared_cpuset`: a list of processors that containers may use beside their own; empty: there are none
/// @param programs folders where systemctl and irqbalance may be
public record PerformanceSettings(
        Optional<Path> irqbalance, Optional<Path> restore, String shared, List<Path> programs) {
    /// @throws IllegalArgumentException when the list names what can't be a processor
    public PerformanceSettings {
        programs = List.copyOf(programs);
        try {
            var _ = Cpus.ofList(shared);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("shared_cpuset: " + e.getMessage(), e);
        }
    }

    /// @throws Invalid when there are none: a container has asked for them
    Cpus sharedCpus() {
        if (shared.isEmpty()) {
            throw new Invalid("annotations cpu-shared.crio.io: this node has no shared processors (shared_cpuset)");
        }
        return Cpus.ofList(shared);
    }
}
