package dev.carafe.engine.spec;

import java.util.List;

/// The paths of /proc and /sys that a container can't see, or can't change: those that the request lists. A request
/// without any security context gets what kubelet lists for pods of the default proc mount.
///
/// A privileged container has none.
record HiddenPaths(List<String> masked, List<String> readOnly) {
    static final HiddenPaths USUAL = new HiddenPaths(
            List.of(
                    "/proc/acpi",
                    "/proc/asound",
                    "/proc/interrupts",
                    "/proc/kcore",
                    "/proc/keys",
                    "/proc/latency_stats",
                    "/proc/sched_debug",
                    "/proc/scsi",
                    "/proc/timer_list",
                    "/proc/timer_stats",
                    "/sys/devices/virtual/powercap",
                    "/sys/firmware"),
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"));

    HiddenPaths {
        masked = List.copyOf(masked);
        readOnly = List.copyOf(readOnly);
    }

    static HiddenPaths of(SpecRequest request) {
        if (request.isPrivileged()) {
            return new HiddenPaths(List.of(), List.of());
        }
        if (!request.container().getLinux().hasSecurityContext()) {
            return USUAL;
        }
        return new HiddenPaths(
                check(request.security().getMaskedPathsList(), "masked_paths"),
                check(request.security().getReadonlyPathsList(), "readonly_paths"));
    }

    private static List<String> check(List<String> paths, String field) {
        for (var path : paths) {
            AbsolutePath.of(path, "linux.security_context." + field);
        }
        return paths;
    }
}
