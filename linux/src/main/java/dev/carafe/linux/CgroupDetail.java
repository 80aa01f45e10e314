package dev.carafe.linux;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What else the kernel counts of a control group, for metrics: more files than [CgroupUsage] needs. What it doesn't
/// count is absent.
///
/// @param oomKills processes that were killed because the group, or one below it, had no memory left
/// @param processLimit of processes and threads together; empty: none
/// @param processes in it and in the groups below it
public record CgroupDetail(
        Optional<Cpu> cpu,
        Optional<Throttling> throttling,
        Optional<Memory> memory,
        OptionalLong oomKills,
        OptionalLong processLimit,
        Set<Integer> processes,
        Devices devices) {

    public CgroupDetail {
        processes = Set.copyOf(processes);
    }

    /// Where processors spent their time.
    public record Cpu(long userNanos, long systemNanos) {}

    /// What became of a limit of processor time.
    ///
    /// @param periods that have passed with the limit in force
    /// @param throttledPeriods those of them in which it was reached
    public record Throttling(long periods, long throttledPeriods, long throttledNanos) {}

    /// @param limitHits how often the limit was reached
    /// @param peakBytes the most that was ever used; empty on kernels that don't keep it
    /// @param own faults of the group itself; v2 counts only those with the groups below
    public record Memory(
            long cacheBytes,
            long mappedFileBytes,
            OptionalLong kernelBytes,
            OptionalLong peakBytes,
            OptionalLong limitHits,
            Optional<Faults> own,
            Faults all) {}

    public record Faults(long minorAndMajor, long major) {}

    /// @param pages by size
    public record Devices(List<Disk> disks, List<HugePages> pages) {
        public Devices {
            disks = List.copyOf(disks);
            pages = List.copyOf(pages);
        }
    }

    /// What was read from and written to a block device, past the page cache.
    public record Disk(int major, int minor, Transfers read, Transfers written) {}

    public record Transfers(long count, long bytes) {}

    /// @param size as the kernel's files are named, such as `2MB`
    /// @param peakBytes only v1 keeps it
    public record HugePages(String size, long usedBytes, OptionalLong peakBytes) {}
}
