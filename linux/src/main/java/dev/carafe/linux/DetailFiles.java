package dev.carafe.linux;

import dev.carafe.linux.CgroupDetail.Cpu;
import dev.carafe.linux.CgroupDetail.Devices;
import dev.carafe.linux.CgroupDetail.Faults;
import dev.carafe.linux.CgroupDetail.Memory;
import dev.carafe.linux.CgroupDetail.Throttling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Reads the rest of what a group counts: cgroup-v2.rst, and cgroup-v1/cpuacct.rst and memory.rst of the kernel,
/// scheduler/sched-bwc.rst for the limit of processor time.
record DetailFiles(GroupHierarchies hierarchies) {
    private static final int NANOS_A_MICRO = 1000;

    CgroupDetail read(Path group) throws IOException {
        var memory = hierarchies.files(CgroupController.MEMORY, group);
        var unified = hierarchies.isUnified(CgroupController.MEMORY);
        var pids = hierarchies.files(CgroupController.PIDS, group);
        return new CgroupDetail(
                cpu(group),
                throttling(group),
                memory.isEmpty() ? Optional.empty() : unified ? memory(memory.get()) : v1Memory(memory.get()),
                memory.isEmpty() ? OptionalLong.empty() : oomKills(memory.get(), unified),
                pids.isEmpty() ? OptionalLong.empty() : pids.get().limit("pids.max"),
                processes(group),
                new Devices(
                        new DiskFiles(
                                        hierarchies.files(CgroupController.IO, group),
                                        hierarchies.isUnified(CgroupController.IO))
                                .read(),
                        new HugePageFiles(
                                        hierarchies.files(CgroupController.HUGETLB, group),
                                        hierarchies.isUnified(CgroupController.HUGETLB))
                                .read()));
    }

    private Optional<Cpu> cpu(Path group) throws IOException {
        var hierarchy = hierarchies.withCpuTime();
        if (hierarchy.isEmpty()) {
            return Optional.empty();
        }
        var files = GroupFiles.of(hierarchy.get(), group);
        if (hierarchy.get().accountsCpu()) {
            var user = files.number("cpuacct.usage_user");
            var system = files.number("cpuacct.usage_sys");
            return user.isEmpty() || system.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Cpu(user.getAsLong(), system.getAsLong()));
        }
        var table = files.table("cpu.stat");
        return table.containsKey("user_usec")
                ? Optional.of(new Cpu(
                        table.get("user_usec") * NANOS_A_MICRO, table.getOrDefault("system_usec", 0L) * NANOS_A_MICRO))
                : Optional.empty();
    }

    private Optional<Throttling> throttling(Path group) throws IOException {
        var files = hierarchies.files(CgroupController.CPU, group);
        var table = files.isEmpty() ? Map.<String, Long>of() : files.get().table("cpu.stat");
        if (!table.containsKey("nr_periods")) {
            return Optional.empty();
        }
        var nanos = hierarchies.isUnified(CgroupController.CPU)
                ? table.getOrDefault("throttled_usec", 0L) * NANOS_A_MICRO
                : table.getOrDefault("throttled_time", 0L);
        return Optional.of(new Throttling(table.get("nr_periods"), table.getOrDefault("nr_throttled", 0L), nanos));
    }

    private static Optional<Memory> memory(GroupFiles files) throws IOException {
        var table = files.table("memory.stat");
        if (!table.containsKey("file")) {
            return Optional.empty();
        }
        return Optional.of(new Memory(
                table.get("file"),
                table.getOrDefault("file_mapped", 0L),
                kernelBytes(table),
                files.number("memory.peak"),
                number(files.table("memory.events"), "max"),
                Optional.empty(),
                faults(table, "")));
    }

    /// Kernels before 5.18 have only parts of it, of which these are most.
    private static OptionalLong kernelBytes(Map<String, Long> table) {
        var parts = table.getOrDefault("kernel_stack", 0L) + table.getOrDefault("slab", 0L);
        return OptionalLong.of(table.getOrDefault("kernel", parts));
    }

    private static Optional<Memory> v1Memory(GroupFiles files) throws IOException {
        var table = files.table("memory.stat");
        if (!table.containsKey("total_cache")) {
            return Optional.empty();
        }
        return Optional.of(new Memory(
                table.get("total_cache"),
                table.getOrDefault("total_mapped_file", 0L),
                files.number("memory.kmem.usage_in_bytes"),
                files.number("memory.max_usage_in_bytes"),
                files.number("memory.failcnt"),
                Optional.of(faults(table, "")),
                faults(table, "total_")));
    }

    private static Faults faults(Map<String, Long> table, String prefix) {
        return new Faults(table.getOrDefault(prefix + "pgfault", 0L), table.getOrDefault(prefix + "pgmajfault", 0L));
    }

    private static OptionalLong oomKills(GroupFiles files, boolean unified) throws IOException {
        return number(files.table(unified ? "memory.events" : "memory.oom_control"), "oom_kill");
    }

    private static OptionalLong number(Map<String, Long> table, String name) {
        var value = table.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /// Of one hierarchy: the runtime puts a process in the same group of each.
    private Set<Integer> processes(Path group) throws IOException {
        var hierarchy = hierarchies.with(CgroupController.PIDS).or(() -> hierarchies.with(CgroupController.MEMORY));
        var processes = new HashSet<Integer>();
        if (hierarchy.isPresent()) {
            hierarchy.get().addProcesses(group, processes);
        }
        return processes;
    }
}
