package dev.carafe.linux;

/// The two values of a resource limit; [#UNLIMITED] means what it says.
public record Rlimit(long soft, long hard) {
    /// RLIM_INFINITY as the kernel writes it: all bits set.
    public static final long UNLIMITED = -1;
}
