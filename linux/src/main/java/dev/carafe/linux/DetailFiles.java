package dev.carafe.linux;

import dev.carafe.linux.CgroupDetail.Cpu;
import dev.carafe.linux.CgroupDetail.Devices;
import dev.carafe.linux.CgroupDetail.Faults;
import dev.carafe.linux.CgroupDetail.Memory;
import dev.carafe.linux.CgroupDetail.Throttling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Reads the rest of what a group counts: cgroup-v2.rst, and cgroup-v1/cpuacct.rst and memory.rst of the kernel,
/// scheduler/sched-bwc.rst for the limit of processor time.
record DetailFiles(List<CgroupHierarchy> hierarchies) {
    private static final int NANOS_A_MICRO = 1000;

    DetailFiles {
        hierarchies = List.copyOf(hierarchies);
    }

    CgroupDetail read(Path group) throws IOException {
        var memory = of(CgroupController.MEMORY, group);
        var unified = isUnified(CgroupController.MEMORY);
        var pids = of(CgroupController.PIDS, group);
        return new CgroupDetail(
                cpu(group),
                throttling(group),
                memory.isEmpty() ? Optional.empty() : unified ? memory(memory.get()) : v1Memory(memory.get()),
                memory.isEmpty() ? OptionalLong.empty() : oomKills(memory.get(), unified),
                pids.isEmpty() ? OptionalLong.empty() : pids.get().limit("pids.max"),
                processes(group),
                new Devices(
                        new DiskFiles(of(CgroupController.IO, group), isUnified(CgroupController.IO)).read(),
                        new HugePageFiles(of(CgroupController.HUGETLB, group), isUnified(CgroupController.HUGETLB))
                                .read()));
    }

    private Optional<GroupFiles> of(CgroupController controller, Path group) {
        return with(controller).map(hierarchy -> files(hierarchy, group));
    }

    private boolean isUnified(CgroupController controller) {
        return with(controller).filter(CgroupHierarchy::unified).isPresent();
    }

    private Optional<CgroupHierarchy> with(CgroupController controller) {
        return hierarchies.stream()
                .filter(hierarchy -> hierarchy.controllers().contains(controller))
                .findFirst();
    }

    private static GroupFiles files(CgroupHierarchy hierarchy, Path group) {
        return new GroupFiles(hierarchy.root().resolve(group));
    }

    private Optional<Cpu> cpu(Path group) throws IOException {
        for (var hierarchy : hierarchies) {
            if (hierarchy.accountsCpu()) {
                var user = files(hierarchy, group).number("cpuacct.usage_user");
                var system = files(hierarchy, group).number("cpuacct.usage_sys");
                return user.isEmpty() || system.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Cpu(user.getAsLong(), system.getAsLong()));
            }
        }
        for (var hierarchy : hierarchies) {
            if (hierarchy.unified()) {
                var table = files(hierarchy, group).table("cpu.stat");
                return table.containsKey("user_usec")
                        ? Optional.of(new Cpu(
                                table.get("user_usec") * NANOS_A_MICRO,
                                table.getOrDefault("system_usec", 0L) * NANOS_A_MICRO))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Optional<Throttling> throttling(Path group) throws IOException {
        var files = of(CgroupController.CPU, group);
        var table = files.isEmpty() ? Map.<String, Long>of() : files.get().table("cpu.stat");
        if (!table.containsKey("nr_periods")) {
            return Optional.empty();
        }
        var nanos = isUnified(CgroupController.CPU)
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
        var hierarchy = with(CgroupController.PIDS).or(() -> with(CgroupController.MEMORY));
        var processes = new HashSet<Integer>();
        if (hierarchy.isPresent()) {
            hierarchy.get().addProcesses(group, processes);
        }
        return processes;
    }
}
