package dev.carafe.daemon.metrics;

import dev.carafe.daemon.grpc.CallObserver;
import dev.carafe.engine.container.EndForbidden;
import dev.carafe.engine.container.EndObserver;
import dev.carafe.engine.image.PullObserver;
import dev.carafe.oci.Descriptor;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is counted, under CRI-O's names and labels, so that its dashboards and alerts go on working. Safe for all
/// threads.
public final class Metrics implements CallObserver, PullObserver, EndObserver, EndForbidden.CallObserver {
    private static final String OPERATION = "operation";
    private static final double NANOS = 1e9;

    /// In bytes.
    private static final List<Long> LAYER_SIZES = List.of(
            1_000L,
            1_000_000L,
            10_000_000L,
            50_000_000L,
            100_000_000L,
            200_000_000L,
            300_000_000L,
            400_000_000L,
            500_000_000L,
            1_000_000_000L,
            10_000_000_000L);

    private final Values operations = Values.counter(
            Collector.OPERATIONS_TOTAL.metric(), "CRI calls and steps that were begun, by their names.", OPERATION);
    private final Values errors =
            Values.counter(Collector.OPERATIONS_ERRORS_TOTAL.metric(), "CRI calls that failed.", OPERATION);
    private final Values latency = Values.gauge(
            Collector.OPERATIONS_LATENCY_SECONDS.metric(), "How long the latest call took, in seconds.", OPERATION);
    private final Summary latencies = new Summary(
            Collector.OPERATIONS_LATENCY_SECONDS_TOTAL.metric(),
            "How long calls took, in seconds.",
            OPERATION,
            System::nanoTime);
    private final Histogram layerSizes =
            new Histogram(Collector.IMAGE_PULLS_LAYER_SIZE.metric(), "Bytes of layers that were pulled.", LAYER_SIZES);
    private final Values pulledBytes = Values.counter(
            Collector.IMAGE_PULLS_BYTES_TOTAL.metric(),
            "Bytes of layers that were pulled, by their media types and the sizes that they are not above.",
            "mediatype",
            "size");
    private final Values skippedBytes = Values.counter(
            Collector.IMAGE_PULLS_SKIPPED_BYTES_TOTAL.metric(),
            "Bytes of layers that need not be pulled, by the sizes that they are not above.",
            "size");
    private final Values pullFailures =
            Values.counter(Collector.IMAGE_PULLS_FAILURE_TOTAL.metric(), "Pulls that failed, by the cause.", "error");
    private final Values pulls = Values.counter(Collector.IMAGE_PULLS_SUCCESS_TOTAL.metric(), "Pulls that succeeded.");
    private final Values reused = Values.counter(
            Collector.IMAGE_LAYER_REUSE_TOTAL.metric(), "Layers that need not be pulled, by their digests.", "name");
    private final Values outOfMemory =
            Values.counter(Collector.CONTAINERS_OOM_TOTAL.metric(), "Containers that ended because memory ran out.");
    private final Values outOfMemoryByName = Values.counter(
            Collector.CONTAINERS_OOM_COUNT_TOTAL.metric(),
            "Containers that ended because memory ran out, by their names.",
            "name");
    private final Values forbiddenCalls = Values.counter(
            Collector.CONTAINERS_SECCOMP_NOTIFIER_COUNT_TOTAL.metric(),
            "System calls that seccomp profiles forbid, by the containers' names and the calls'.",
            "name",
            "syscall");
    private final Values lostMonitors = Values.counter(
            Collector.CONTAINERS_STOPPED_MONITOR_COUNT.metric(),
            "Containers whose monitor ended before them, by their names.",
            "name");
    private final Values defaultRuntime =
            Values.gauge(Collector.DEFAULT_RUNTIME.metric(), "1 for the runtime of pods that name none.", "runtime");
    private final Values lostEvents = Values.counter(
            Collector.CONTAINERS_EVENTS_DROPPED_TOTAL.metric(), "Events that no caller of GetContainerEvents got.");

    private final Map<Collector, Family> families = new EnumMap<>(Collector.class);
    private final Set<Collector> wanted;

    /// @param collectors those that are served, as `metrics_collectors` has them
    public Metrics(Collection<String> collectors, String defaultRuntime) {
        this.wanted = Collector.of(collectors);
        useByDefault(defaultRuntime);
        // Counters without labels are there from the start, so that their first rise can be seen.
        pulls.add(0);
        outOfMemory.add(0);
        lostEvents.add(0);
        families.put(Collector.OPERATIONS_TOTAL, operations);
        families.put(Collector.OPERATIONS_ERRORS_TOTAL, errors);
        families.put(Collector.OPERATIONS_LATENCY_SECONDS, latency);
        families.put(Collector.OPERATIONS_LATENCY_SECONDS_TOTAL, latencies);
        families.put(Collector.IMAGE_PULLS_LAYER_SIZE, layerSizes);
        families.put(Collector.IMAGE_PULLS_BYTES_TOTAL, pulledBytes);
        families.put(Collector.IMAGE_PULLS_SKIPPED_BYTES_TOTAL, skippedBytes);
        families.put(Collector.IMAGE_PULLS_FAILURE_TOTAL, pullFailures);
        families.put(Collector.IMAGE_PULLS_SUCCESS_TOTAL, pulls);
        families.put(Collector.IMAGE_LAYER_REUSE_TOTAL, reused);
        families.put(Collector.CONTAINERS_EVENTS_DROPPED_TOTAL, lostEvents);
        families.put(Collector.CONTAINERS_OOM_TOTAL, outOfMemory);
        families.put(Collector.CONTAINERS_OOM_COUNT_TOTAL, outOfMemoryByName);
        families.put(Collector.CONTAINERS_SECCOMP_NOTIFIER_COUNT_TOTAL, forbiddenCalls);
        families.put(Collector.CONTAINERS_STOPPED_MONITOR_COUNT, lostMonitors);
        families.put(Collector.PROCESSES_DEFUNCT, new DefunctProcesses(Collector.PROCESSES_DEFUNCT.metric()));
        families.put(Collector.DEFAULT_RUNTIME, this.defaultRuntime);
    }

    /// From now on.
    public void useByDefault(String runtime) {
        defaultRuntime.clear();
        defaultRuntime.set(1, runtime);
    }

    /// A call, or a step of one that has a name of its own.
    @Override
    public void ended(String operation, Duration took, boolean failed) {
        var seconds = took.toNanos() / NANOS;
        operations.add(1, operation);
        latency.set(seconds, operation);
        latencies.observe(operation, seconds);
        if (failed) {
            errors.add(1, operation);
        }
    }

    @Override
    public void eventsLost() {
        lostEvents.add(1);
    }

    @Override
    public void pulled(List<Descriptor> fetched, List<Descriptor> here) {
        pulls.add(1);
        for (var layer : fetched) {
            layerSizes.observe(layer.size());
            pulledBytes.add((double) layer.size(), layer.mediaType(), layerSizes.bound(layer.size()));
        }
        for (var layer : here) {
            skippedBytes.add((double) layer.size(), layerSizes.bound(layer.size()));
            reused.add(1, layer.digest().toString());
        }
    }

    @Override
    public void failed(IOException failure) {
        pullFailures.add(1, PullFailure.of(failure).name());
    }

    @Override
    public void ended(String name, String reason) {
        switch (reason) {
            case "OOMKilled" -> {
                outOfMemory.add(1);
                outOfMemoryByName.add(1, name);
            }
            case "ContainerStatusUnknown" -> lostMonitors.add(1, name);
            default -> {}
        }
    }

    @Override
    public void forbidden(String name, String call) {
        forbiddenCalls.add(1, name, call);
    }

    /// All of it, as Prometheus reads it.
    public String text() {
        var exposition = new Exposition();
        families.forEach((collector, family) -> {
            if (wanted.contains(collector)) {
                family.write(exposition);
            }
        });
        ThisJvm.write(exposition);
        return exposition.toString();
    }
}
