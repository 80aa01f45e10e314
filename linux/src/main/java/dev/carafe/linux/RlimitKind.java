package dev.carafe.linux;

/// The resource limits in the order of the kernel's numbers; OCI and Docker names are these with `RLIMIT_` before
/// them.
public enum RlimitKind {
    CPU,
    FSIZE,
    DATA,
    STACK,
    CORE,
    RSS,
    NPROC,
    NOFILE,
    MEMLOCK,
    AS,
    LOCKS,
    SIGPENDING,
    MSGQUEUE,
    NICE,
    RTPRIO,
    RTTIME
}
