package dev.carafe.linux;

/// How the host mounts its control groups.
public enum CgroupMode {
    /// Controllers in hierarchies of their own, no unified one.
    V1,
    /// Controllers in hierarchies of their own, and a unified one beside them with the rest or with none.
    HYBRID,
    /// One unified hierarchy for all.
    V2
}
