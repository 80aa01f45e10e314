package dev.carafe.engine.performance;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What crio.conf says of containers with processors of their own.
///
/// @param irqbalance `irqbalance_config_file`: its settings
/// @param restore `irqbalance_config_restore_file`: what they were at first; empty: they are not put back after a
/// reboot
/// @param programs folders where systemctl and irqbalance may be
public record PerformanceSettings(Optional<Path> irqbalance, Optional<Path> restore, List<Path> programs) {
    public PerformanceSettings {
        programs = List.copyOf(programs);
    }
}
