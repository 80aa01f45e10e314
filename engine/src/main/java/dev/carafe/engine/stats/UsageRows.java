package dev.carafe.engine.stats;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.carafe.engine.MetricGroup;
import dev.carafe.linux.BlockDevices;
import dev.carafe.linux.CgroupDetail;
import dev.carafe.linux.CgroupUsage;
import dev.carafe.linux.NetworkCounters;
import dev.carafe.linux.OpenFiles;
import dev.carafe.linux.Rlimit;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// Turns what the kernel counts into rows.
record UsageRows(MetricRows rows) {
    private static final String LOOPBACK = "lo";

    /// As cAdvisor names the sum over all processors.
    private static final String ALL_PROCESSORS = "total";

    void add(CgroupUsage usage, CgroupDetail detail) {
        cpu(usage, detail);
        memory(usage, detail);
        processes(usage, detail);
        devices(detail.devices());
        pressures(usage.pressures());
        rows.add(PodMetric.OOM_EVENTS_TOTAL, detail.oomKills());
    }

    private void cpu(CgroupUsage usage, CgroupDetail detail) {
        usage.cpuNanos()
                .ifPresent(nanos ->
                        rows.add(PodMetric.CPU_USAGE_SECONDS_TOTAL, NANOSECONDS.toSeconds(nanos), ALL_PROCESSORS));
        detail.cpu().ifPresent(cpu -> {
            rows.add(PodMetric.CPU_USER_SECONDS_TOTAL, NANOSECONDS.toSeconds(cpu.userNanos()));
            rows.add(PodMetric.CPU_SYSTEM_SECONDS_TOTAL, NANOSECONDS.toSeconds(cpu.systemNanos()));
        });
        detail.throttling().ifPresent(throttling -> {
            rows.add(PodMetric.CPU_CFS_PERIODS_TOTAL, throttling.periods());
            rows.add(PodMetric.CPU_CFS_THROTTLED_PERIODS_TOTAL, throttling.throttledPeriods());
            rows.add(PodMetric.CPU_CFS_THROTTLED_SECONDS_TOTAL, NANOSECONDS.toSeconds(throttling.throttledNanos()));
        });
    }

    private void memory(CgroupUsage usage, CgroupDetail detail) {
        usage.memory().ifPresent(memory -> {
            rows.add(PodMetric.MEMORY_USAGE_BYTES, memory.usedBytes());
            rows.add(PodMetric.MEMORY_WORKING_SET_BYTES, memory.workingSetBytes());
            rows.add(PodMetric.MEMORY_RSS, memory.rssBytes());
        });
        usage.swap().ifPresent(swap -> rows.add(PodMetric.MEMORY_SWAP, swap.usedBytes()));
        detail.memory().ifPresent(memory -> {
            rows.add(PodMetric.MEMORY_CACHE, memory.cacheBytes());
            rows.add(PodMetric.MEMORY_MAPPED_FILE, memory.mappedFileBytes());
            rows.add(PodMetric.MEMORY_KERNEL_USAGE, memory.kernelBytes());
            rows.add(PodMetric.MEMORY_MAX_USAGE_BYTES, memory.peakBytes());
            rows.add(PodMetric.MEMORY_FAILCNT, memory.limitHits());
            memory.own().ifPresent(faults -> faults(faults, "container"));
            faults(memory.all(), "hierarchy");
        });
    }

    private void faults(CgroupDetail.Faults faults, String scope) {
        rows.add(PodMetric.MEMORY_FAILURES_TOTAL, faults.minorAndMajor(), "pgfault", scope);
        rows.add(PodMetric.MEMORY_FAILURES_TOTAL, faults.major(), "pgmajfault", scope);
    }

    private void processes(CgroupUsage usage, CgroupDetail detail) {
        if (!rows.has(MetricGroup.PROCESS) || usage.processes().isEmpty()) {
            return; // walking /proc for nobody
        }
        rows.add(PodMetric.PROCESSES, detail.processes().size());
        rows.add(PodMetric.THREADS, usage.processes());
        rows.add(PodMetric.THREADS_MAX, detail.processLimit().orElse(0));
        OpenFiles.of(detail.processes()).ifPresent(open -> {
            rows.add(PodMetric.FILE_DESCRIPTORS, open.descriptors());
            rows.add(PodMetric.SOCKETS, open.sockets());
        });
    }

    /// @param pid of the first process
    void addLimits(int pid) {
        if (rows.has(MetricGroup.PROCESS)) {
            Rlimit.openFiles(pid)
                    .map(Rlimit::soft)
                    .filter(soft -> soft != Rlimit.UNLIMITED)
                    .ifPresent(soft -> rows.add(PodMetric.ULIMITS_SOFT, soft, "max_open_files"));
        }
    }

    private void devices(CgroupDetail.Devices devices) {
        for (var pages : devices.pages()) {
            rows.add(PodMetric.HUGETLB_USAGE_BYTES, pages.usedBytes(), pages.size());
            rows.add(PodMetric.HUGETLB_MAX_USAGE_BYTES, pages.peakBytes(), pages.size());
        }
        if (rows.has(MetricGroup.DISK_IO)) {
            devices.disks().forEach(this::disk);
        }
    }

    private void disk(CgroupDetail.Disk disk) {
        var major = Integer.toString(disk.major());
        var minor = Integer.toString(disk.minor());
        var device = BlockDevices.path(disk.major(), disk.minor())
                .map(Path::toString)
                .orElse(major + ":" + minor);
        rows.add(PodMetric.FS_READS_TOTAL, disk.read().count(), device);
        rows.add(PodMetric.FS_READS_BYTES_TOTAL, disk.read().bytes(), device);
        rows.add(PodMetric.FS_WRITES_TOTAL, disk.written().count(), device);
        rows.add(PodMetric.FS_WRITES_BYTES_TOTAL, disk.written().bytes(), device);
        rows.add(PodMetric.BLKIO_DEVICE_USAGE_TOTAL, disk.read().bytes(), device, major, minor, "Read");
        rows.add(PodMetric.BLKIO_DEVICE_USAGE_TOTAL, disk.written().bytes(), device, major, minor, "Write");
    }

    private void pressures(CgroupUsage.Pressures pressures) {
        pressures.cpu().ifPresent(cpu -> {
            rows.add(PodMetric.PRESSURE_CPU_STALLED_SECONDS_TOTAL, seconds(cpu.full()));
            rows.add(PodMetric.PRESSURE_CPU_WAITING_SECONDS_TOTAL, seconds(cpu.some()));
        });
        pressures.memory().ifPresent(memory -> {
            rows.add(PodMetric.PRESSURE_MEMORY_STALLED_SECONDS_TOTAL, seconds(memory.full()));
            rows.add(PodMetric.PRESSURE_MEMORY_WAITING_SECONDS_TOTAL, seconds(memory.some()));
        });
        pressures.io().ifPresent(io -> {
            rows.add(PodMetric.PRESSURE_IO_STALLED_SECONDS_TOTAL, seconds(io.full()));
            rows.add(PodMetric.PRESSURE_IO_WAITING_SECONDS_TOTAL, seconds(io.some()));
        });
    }

    private static OptionalLong seconds(CgroupUsage.Stall stall) {
        return OptionalLong.of(MICROSECONDS.toSeconds(stall.totalMicros()));
    }

    void add(List<NetworkCounters> interfaces) {
        for (var one : interfaces) {
            if (!one.name().equals(LOOPBACK)) {
                var received = one.received();
                rows.add(PodMetric.NETWORK_RECEIVE_BYTES_TOTAL, received.bytes(), one.name());
                rows.add(PodMetric.NETWORK_RECEIVE_PACKETS_TOTAL, received.packets(), one.name());
                rows.add(PodMetric.NETWORK_RECEIVE_PACKETS_DROPPED_TOTAL, received.dropped(), one.name());
                rows.add(PodMetric.NETWORK_RECEIVE_ERRORS_TOTAL, received.errors(), one.name());
                var sent = one.sent();
                rows.add(PodMetric.NETWORK_TRANSMIT_BYTES_TOTAL, sent.bytes(), one.name());
                rows.add(PodMetric.NETWORK_TRANSMIT_PACKETS_TOTAL, sent.packets(), one.name());
                rows.add(PodMetric.NETWORK_TRANSMIT_PACKETS_DROPPED_TOTAL, sent.dropped(), one.name());
                rows.add(PodMetric.NETWORK_TRANSMIT_ERRORS_TOTAL, sent.errors(), one.name());
            }
        }
    }
}
