package dev.carafe.linux;

import dev.carafe.linux.CgroupUsage.Memory;
import dev.carafe.linux.CgroupUsage.Pressure;
import dev.carafe.linux.CgroupUsage.Pressures;
import dev.carafe.linux.CgroupUsage.Stall;
import dev.carafe.linux.CgroupUsage.Swap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads what a group has used: cgroup-v2.rst, and cgroup-v1/cpuacct.rst, memory.rst and pids.rst of the kernel.
record UsageFiles(GroupHierarchies hierarchies) {
    private static final int NANOS_A_MICRO = 1000;

    CgroupUsage read(Path group) throws IOException {
        var memory = hierarchies.files(CgroupController.MEMORY, group);
        var unified = hierarchies.isUnified(CgroupController.MEMORY);
        var names = unified ? MemoryNames.V2 : MemoryNames.V1;
        var used = memory.isEmpty() ? Optional.<Memory>empty() : memory(memory.get(), names);
        var pids = hierarchies.files(CgroupController.PIDS, group);
        return new CgroupUsage(
                cpu(group),
                used,
                used.isEmpty() ? Optional.empty() : unified ? swap(memory.get()) : v1Swap(memory.get(), used.get()),
                pids.isEmpty() ? OptionalLong.empty() : pids.get().number("pids.current"),
                pressures(group));
    }

    private OptionalLong cpu(Path group) throws IOException {
        var hierarchy = hierarchies.withCpuTime();
        if (hierarchy.isEmpty()) {
            return OptionalLong.empty();
        }
        var files = GroupFiles.of(hierarchy.get(), group);
        if (hierarchy.get().accountsCpu()) {
            return files.number("cpuacct.usage");
        }
        var micros = files.table("cpu.stat").get("usage_usec");
        return micros == null ? OptionalLong.empty() : OptionalLong.of(micros * NANOS_A_MICRO);
    }

    /// Where the kernel has them, in its files and in lines of `memory.stat`.
    ///
    /// @param total stands before the names of the lines
    private record MemoryNames(String used, String limit, String rss, String total) {
        static final MemoryNames V2 = new MemoryNames("memory.current", "memory.max", "anon", "");

        /// The lines that count the groups below as well.
        static final MemoryNames V1 =
                new MemoryNames("memory.usage_in_bytes", "memory.limit_in_bytes", "rss", "total_");
    }

    private static Optional<Memory> memory(GroupFiles files, MemoryNames names) throws IOException {
        var used = files.number(names.used);
        if (used.isEmpty()) {
            return Optional.empty();
        }
        var table = files.table("memory.stat");
        return Optional.of(new Memory(
                used.getAsLong(),
                Math.max(0, used.getAsLong() - table.getOrDefault(names.total + "inactive_file", 0L)),
                table.getOrDefault(names.total + names.rss, 0L),
                table.getOrDefault(names.total + "pgfault", 0L),
                table.getOrDefault(names.total + "pgmajfault", 0L),
                files.limit(names.limit)));
    }

    /// Of v2; empty where the group is not.
    static OptionalLong workingSetBytes(CgroupHierarchy hierarchy, Path group) throws IOException {
        var memory = memory(GroupFiles.of(hierarchy, group), MemoryNames.V2);
        return memory.isPresent() ? OptionalLong.of(memory.get().workingSetBytes()) : OptionalLong.empty();
    }

    private static Optional<Swap> swap(GroupFiles files) throws IOException {
        var used = files.number("memory.swap.current");
        return used.isEmpty()
                ? Optional.empty()
                : Optional.of(new Swap(used.getAsLong(), files.limit("memory.swap.max")));
    }

    /// v1 counts memory and swap together, where the kernel was told to count swap.
    private static Optional<Swap> v1Swap(GroupFiles files, Memory memory) throws IOException {
        var both = files.number("memory.memsw.usage_in_bytes");
        if (both.isEmpty()) {
            return Optional.empty();
        }
        var limit = files.limit("memory.memsw.limit_in_bytes");
        var swap = limit.isPresent() && memory.limitBytes().isPresent()
                ? OptionalLong.of(
                        Math.max(0, limit.getAsLong() - memory.limitBytes().getAsLong()))
                : OptionalLong.empty();
        return Optional.of(new Swap(Math.max(0, both.getAsLong() - memory.usedBytes()), swap));
    }

    private Pressures pressures(Path group) throws IOException {
        // Beside v1 the groups of v2 hold no processes.
        if (hierarchies.all().size() != 1 || !hierarchies.all().getFirst().unified()) {
            return Pressures.UNKNOWN;
        }
        var files = GroupFiles.of(hierarchies.all().getFirst(), group);
        return new Pressures(
                pressure(files, "cpu.pressure"), pressure(files, "memory.pressure"), pressure(files, "io.pressure"));
    }

    private static Optional<Pressure> pressure(GroupFiles files, String file) throws IOException {
        var text = files.text(file);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var some = Stall.NONE;
        var full = Stall.NONE;
        for (var line : text.get().lines().toList()) {
            if (line.startsWith("some ")) {
                some = stall(line);
            } else if (line.startsWith("full ")) {
                full = stall(line);
            }
        }
        return Optional.of(new Pressure(some, full));
    }

    private static Stall stall(String line) throws IOException {
        try {
            return new Stall(
                    Double.parseDouble(field(line, "avg10=")),
                    Double.parseDouble(field(line, "avg60=")),
                    Double.parseDouble(field(line, "avg300=")),
                    Long.parseLong(field(line, "total=")));
        } catch (NumberFormatException e) {
            throw new IOException("not a line of a pressure file: " + line, e);
        }
    }

    private static String field(String line, String name) {
        for (var word : line.split(" ")) {
            if (word.startsWith(name)) {
                return word.substring(name.length());
            }
        }
        return "0";
    }
}
