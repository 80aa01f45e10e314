package dev.carafe.engine.stats;

import dev.carafe.cri.v1.MetricDescriptor;
import dev.carafe.cri.v1.MetricType;
import dev.carafe.engine.MetricGroup;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The metrics of pods and containers, by the names and labels that cAdvisor gave them. The CRI has whole numbers
/// only, so seconds are whole ones.
enum PodMetric {
    LAST_SEEN(MetricType.GAUGE, "When the container was last seen, in seconds since 1970."),

    CPU_USER_SECONDS_TOTAL(MetricGroup.CPU, MetricType.COUNTER, "Processor time of programs, in seconds."),
    CPU_SYSTEM_SECONDS_TOTAL(
            MetricGroup.CPU, MetricType.COUNTER, "Processor time of the kernel for programs, in seconds."),
    CPU_USAGE_SECONDS_TOTAL(MetricGroup.CPU, MetricType.COUNTER, "Processor time, in seconds.", "cpu"),
    CPU_CFS_PERIODS_TOTAL(
            MetricGroup.CPU, MetricType.COUNTER, "Periods for which a limit of processor time was in force."),
    CPU_CFS_THROTTLED_PERIODS_TOTAL(
            MetricGroup.CPU, MetricType.COUNTER, "Periods in which the limit of processor time was reached."),
    CPU_CFS_THROTTLED_SECONDS_TOTAL(
            MetricGroup.CPU,
            MetricType.COUNTER,
            "Time for which the limit of processor time held tasks up, in seconds."),

    HUGETLB_USAGE_BYTES(MetricGroup.HUGETLB, MetricType.GAUGE, "Huge pages in use, in bytes.", "pagesize"),
    HUGETLB_MAX_USAGE_BYTES(
            MetricGroup.HUGETLB, MetricType.GAUGE, "The most huge pages that were ever in use, in bytes.", "pagesize"),

    MEMORY_CACHE(MetricGroup.MEMORY, MetricType.GAUGE, "Pages of files, in bytes."),
    MEMORY_RSS(MetricGroup.MEMORY, MetricType.GAUGE, "Pages that no file has, in bytes."),
    MEMORY_KERNEL_USAGE(MetricGroup.MEMORY, MetricType.GAUGE, "Memory of the kernel for it, in bytes."),
    MEMORY_MAPPED_FILE(MetricGroup.MEMORY, MetricType.GAUGE, "Pages of files that are mapped, in bytes."),
    MEMORY_SWAP(MetricGroup.MEMORY, MetricType.GAUGE, "Swap in use, in bytes."),
    MEMORY_FAILCNT(MetricGroup.MEMORY, MetricType.COUNTER, "How often the limit of memory was reached."),
    MEMORY_USAGE_BYTES(MetricGroup.MEMORY, MetricType.GAUGE, "Memory in use, pages of files included, in bytes."),
    MEMORY_MAX_USAGE_BYTES(MetricGroup.MEMORY, MetricType.GAUGE, "The most memory that was ever in use, in bytes."),
    MEMORY_WORKING_SET_BYTES(
            MetricGroup.MEMORY, MetricType.GAUGE, "Memory less the pages of files that nobody used lately, in bytes."),
    MEMORY_FAILURES_TOTAL(
            MetricGroup.MEMORY,
            MetricType.COUNTER,
            "Faults of pages, and those of them that had to read from a disk.",
            "failure_type",
            "scope"),

    NETWORK_RECEIVE_BYTES_TOTAL(MetricGroup.NETWORK, MetricType.COUNTER, "Bytes received.", "interface"),
    NETWORK_RECEIVE_PACKETS_TOTAL(MetricGroup.NETWORK, MetricType.COUNTER, "Packets received.", "interface"),
    NETWORK_RECEIVE_PACKETS_DROPPED_TOTAL(
            MetricGroup.NETWORK, MetricType.COUNTER, "Packets dropped while receiving.", "interface"),
    NETWORK_RECEIVE_ERRORS_TOTAL(MetricGroup.NETWORK, MetricType.COUNTER, "Errors while receiving.", "interface"),
    NETWORK_TRANSMIT_BYTES_TOTAL(MetricGroup.NETWORK, MetricType.COUNTER, "Bytes sent.", "interface"),
    NETWORK_TRANSMIT_PACKETS_TOTAL(MetricGroup.NETWORK, MetricType.COUNTER, "Packets sent.", "interface"),
    NETWORK_TRANSMIT_PACKETS_DROPPED_TOTAL(
            MetricGroup.NETWORK, MetricType.COUNTER, "Packets dropped while sending.", "interface"),
    NETWORK_TRANSMIT_ERRORS_TOTAL(MetricGroup.NETWORK, MetricType.COUNTER, "Errors while sending.", "interface"),

    OOM_EVENTS_TOTAL(MetricGroup.OOM, MetricType.COUNTER, "Processes that were killed because memory had run out."),

    FILE_DESCRIPTORS(MetricGroup.PROCESS, MetricType.GAUGE, "Open descriptors of its processes."),
    PROCESSES(MetricGroup.PROCESS, MetricType.GAUGE, "Its processes."),
    SOCKETS(MetricGroup.PROCESS, MetricType.GAUGE, "Open sockets of its processes."),
    THREADS(MetricGroup.PROCESS, MetricType.GAUGE, "Threads of its processes."),
    THREADS_MAX(MetricGroup.PROCESS, MetricType.GAUGE, "How many threads it may have; 0 means any number."),
    ULIMITS_SOFT(MetricGroup.PROCESS, MetricType.GAUGE, "Limits of its first process that are not infinite.", "ulimit"),

    SPEC_CPU_PERIOD(MetricGroup.SPEC, MetricType.GAUGE, "The period of the limit of processor time, in microseconds."),
    SPEC_CPU_SHARES(MetricGroup.SPEC, MetricType.GAUGE, "Its share of processor time beside others' shares."),
    SPEC_CPU_QUOTA(MetricGroup.SPEC, MetricType.GAUGE, "The limit of processor time in a period, in microseconds."),
    SPEC_MEMORY_LIMIT_BYTES(MetricGroup.SPEC, MetricType.GAUGE, "The limit of memory; 0 means none."),
    SPEC_MEMORY_RESERVATION_LIMIT_BYTES(
            MetricGroup.SPEC, MetricType.GAUGE, "The memory that is kept for it; 0 means none."),
    SPEC_MEMORY_SWAP_LIMIT_BYTES(
            MetricGroup.SPEC, MetricType.GAUGE, "The limit of memory and swap together; 0 means none."),
    START_TIME_SECONDS(MetricGroup.SPEC, MetricType.GAUGE, "When it was started, in seconds since 1970."),

    FS_INODES_FREE(MetricGroup.DISK, MetricType.GAUGE, "Free inodes of the file system that it writes to."),
    FS_INODES_TOTAL(MetricGroup.DISK, MetricType.GAUGE, "Inodes of the file system that it writes to."),
    FS_LIMIT_BYTES(MetricGroup.DISK, MetricType.GAUGE, "Size of the file system that it writes to, in bytes."),
    FS_USAGE_BYTES(MetricGroup.DISK, MetricType.GAUGE, "What it has written to its root, in bytes."),

    FS_READS_BYTES_TOTAL(MetricGroup.DISK_IO, MetricType.COUNTER, "Bytes read from disks.", "device"),
    FS_READS_TOTAL(MetricGroup.DISK_IO, MetricType.COUNTER, "Reads from disks.", "device"),
    FS_WRITES_BYTES_TOTAL(MetricGroup.DISK_IO, MetricType.COUNTER, "Bytes written to disks.", "device"),
    FS_WRITES_TOTAL(MetricGroup.DISK_IO, MetricType.COUNTER, "Writes to disks.", "device"),
    BLKIO_DEVICE_USAGE_TOTAL(
            MetricGroup.DISK_IO,
            MetricType.COUNTER,
            "Bytes moved from and to disks.",
            "device",
            "major",
            "minor",
            "operation"),

    PRESSURE_CPU_STALLED_SECONDS_TOTAL(
            MetricGroup.PRESSURE, MetricType.COUNTER, "How long all tasks waited for a processor, in seconds."),
    PRESSURE_CPU_WAITING_SECONDS_TOTAL(
            MetricGroup.PRESSURE, MetricType.COUNTER, "How long some task waited for a processor, in seconds."),
    PRESSURE_MEMORY_STALLED_SECONDS_TOTAL(
            MetricGroup.PRESSURE, MetricType.COUNTER, "How long all tasks waited for memory, in seconds."),
    PRESSURE_MEMORY_WAITING_SECONDS_TOTAL(
            MetricGroup.PRESSURE, MetricType.COUNTER, "How long some task waited for memory, in seconds."),
    PRESSURE_IO_STALLED_SECONDS_TOTAL(
            MetricGroup.PRESSURE, MetricType.COUNTER, "How long all tasks waited for a disk, in seconds."),
    PRESSURE_IO_WAITING_SECONDS_TOTAL(
            MetricGroup.PRESSURE, MetricType.COUNTER, "How long some task waited for a disk, in seconds.");

    private final Optional<MetricGroup> group;
    private final MetricType type;
    private final MetricDescriptor descriptor;

    /// Told whatever is chosen.
    PodMetric(MetricType type, String help) {
        this.group = Optional.empty();
        this.type = type;
        this.descriptor = descriptor(name(), help, List.of());
    }

    /// @param ownKeys of labels beside those that all have
    PodMetric(MetricGroup group, MetricType type, String help, String... ownKeys) {
        this.group = Optional.of(group);
        this.type = type;
        this.descriptor = descriptor(name(), help, List.of(ownKeys));
    }

    private static MetricDescriptor descriptor(String name, String help, List<String> ownKeys) {
        return MetricDescriptor.newBuilder()
                .setName("container_" + name.toLowerCase(Locale.ROOT))
                .setHelp(help)
                .addAllLabelKeys(MetricLabels.KEYS)
                .addAllLabelKeys(ownKeys)
                .build();
    }

    /// Empty: it is told whatever is chosen.
    Optional<MetricGroup> group() {
        return group;
    }

    MetricType type() {
        return type;
    }

    String fullName() {
        return descriptor.getName();
    }

    int labels() {
        return descriptor.getLabelKeysCount();
    }

    MetricDescriptor descriptor() {
        return descriptor;
    }
}
