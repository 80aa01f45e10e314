package dev.carafe.runtime;

/// Who makes containers' control groups: the runtime in the mounted hierarchies, or systemd at its request.
public enum CgroupManager {
    CGROUPFS,
    SYSTEMD
}
