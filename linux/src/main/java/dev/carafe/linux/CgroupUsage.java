package dev.carafe.linux;

import java.util.Optional;
import java.util.OptionalLong;

/// What a control group has used, as far as the kernel counts it there. Bytes and nanoseconds.
///
/// @param cpuNanos of all its processors together, since the group was made
/// @param processes threads count too, as the limit counts them
public record CgroupUsage(
        OptionalLong cpuNanos,
        Optional<Memory> memory,
        Optional<Swap> swap,
        OptionalLong processes,
        Pressures pressures) {

    /// @param usedBytes pages of files included
    /// @param workingSetBytes less the files' pages that nobody has touched lately
    /// @param rssBytes pages that no file has
    /// @param limitBytes empty: none of the group's own
    public record Memory(
            long usedBytes,
            long workingSetBytes,
            long rssBytes,
            long pageFaults,
            long majorPageFaults,
            OptionalLong limitBytes) {}

    /// @param limitBytes empty: none of the group's own
    public record Swap(long usedBytes, OptionalLong limitBytes) {}

    /// Only cgroup v2 of a kernel with PSI has them.
    public record Pressures(Optional<Pressure> cpu, Optional<Pressure> memory, Optional<Pressure> io) {
        public static final Pressures UNKNOWN = new Pressures(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// How long tasks waited for it.
    ///
    /// @param some at least one task waited
    /// @param full all tasks waited at once
    public record Pressure(Stall some, Stall full) {}

    /// @param average10 percent of the last 10 seconds
    /// @param totalMicros since the group was made
    public record Stall(double average10, double average60, double average300, long totalMicros) {
        public static final Stall NONE = new Stall(0, 0, 0, 0);
    }
}
