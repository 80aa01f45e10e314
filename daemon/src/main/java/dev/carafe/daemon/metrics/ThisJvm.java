package dev.carafe.daemon.metrics;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the process itself uses, under the names that Prometheus' clients for Java and for any process have. Its
/// classes are loaded by the first question.
final class ThisJvm {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;
    private static final long KIBI = 1024;

    private ThisJvm() {}

    static void write(Exposition to) {
        process(to);
        memory(to);
        collections(to);
        var threads = ManagementFactory.getThreadMXBean();
        to.single("jvm_threads_current", "gauge", "Platform threads.", threads.getThreadCount());
        to.single(
                "jvm_classes_currently_loaded",
                "gauge",
                "Classes that are loaded.",
                ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        to.family("jvm_runtime_info", "gauge", "What runs the daemon.");
        to.sample(
                "jvm_runtime_info",
                List.of("runtime", "vendor", "version"),
                List.of(
                        System.getProperty("java.runtime.name", ""),
                        System.getProperty("java.vendor", ""),
                        System.getProperty("java.runtime.version", "")),
                1);
    }

    private static void process(Exposition to) {
        to.single(
                "process_cpu_seconds_total",
                "counter",
                "Processor time of the process, in seconds.",
                ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .map(d -> d.toNanos() / NANOS)
                        .orElse(Double.NaN));
        to.single(
                "process_start_time_seconds",
                "gauge",
                "When the process began, in seconds since 1970.",
                ProcessHandle.current()
                        .info()
                        .startInstant()
                        .map(i -> i.toEpochMilli() / MILLIS)
                        .orElse(Double.NaN));
        to.single("process_resident_memory_bytes", "gauge", "Resident memory.", status("VmRSS:"));
        to.single("process_virtual_memory_bytes", "gauge", "Address space.", status("VmSize:"));
        to.single("process_open_fds", "gauge", "Open file descriptors.", openFiles());
    }

    /// In bytes.
    private static double status(String key) {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(key))
                    .findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBI)
                    .map(Long::doubleValue)
                    .orElse(Double.NaN);
        } catch (IOException | NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static double openFiles() {
        try (var files = Files.list(OPEN_FILES)) {
            return files.count();
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static void memory(Exposition to) {
        var memory = ManagementFactory.getMemoryMXBean();
        areas(
                to,
                "jvm_memory_used_bytes",
                "Memory that is used.",
                List.of(
                        memory.getHeapMemoryUsage().getUsed(),
                        memory.getNonHeapMemoryUsage().getUsed()));
        areas(
                to,
                "jvm_memory_committed_bytes",
                "Memory that is there to be used.",
                List.of(
                        memory.getHeapMemoryUsage().getCommitted(),
                        memory.getNonHeapMemoryUsage().getCommitted()));
        areas(
                to,
                "jvm_memory_max_bytes",
                "Memory that may be used; -1: no bound.",
                List.of(max(memory.getHeapMemoryUsage()), max(memory.getNonHeapMemoryUsage())));
    }

    private static long max(MemoryUsage usage) {
        return usage.getMax();
    }

    private static void areas(Exposition to, String name, String help, List<Long> bytes) {
        to.family(name, "gauge", help);
        to.sample(name, List.of("area"), List.of("heap"), bytes.getFirst().doubleValue());
        to.sample(name, List.of("area"), List.of("nonheap"), bytes.getLast().doubleValue());
    }

    private static void collections(Exposition to) {
        var name = "jvm_gc_collection_seconds";
        to.family(name, "summary", "Time in which garbage was collected, in seconds.");
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            var values = List.of(collector.getName());
            to.sample(name + "_sum", List.of("gc"), values, collector.getCollectionTime() / MILLIS);
            to.sample(name + "_count", List.of("gc"), values, (double) collector.getCollectionCount());
        }
    }
}
