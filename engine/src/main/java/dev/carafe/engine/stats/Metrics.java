package dev.carafe.engine.stats;

import dev.carafe.cri.v1.ContainerMetrics;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.Metric;
import dev.carafe.cri.v1.MetricDescriptor;
import dev.carafe.cri.v1.PodSandboxMetrics;
import dev.carafe.engine.MetricGroup;
import dev.carafe.engine.state.ContainerRecord;
import dev.carafe.engine.state.ContainerState;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.Stores;
import dev.carafe.linux.Cgroups;
import dev.carafe.linux.FileSystemUsage;
import dev.carafe.linux.NetworkCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The chosen metrics of ready pods and of their containers that have not ended, read when they are asked for. What
/// the kernel does not count is left out, never zero. Safe for all threads.
public final class Metrics {
    /// Beyond it the kernel means no limit.
    private static final long NO_LIMIT = 1L << 60;

    private final Stores stores;
    private final Cgroups cgroups;
    private final GroupPaths paths;
    private final WritableLayers layers;
    private final Options options;
    private final Clock clock;

    Metrics(Stores stores, Cgroups cgroups, GroupPaths paths, WritableLayers layers, Options options, Clock clock) {
        this.stores = stores;
        this.cgroups = cgroups;
        this.paths = paths;
        this.layers = layers;
        this.options = options;
        this.clock = clock;
    }

    /// @param writtenAt a folder of the file system that containers write to
    record Options(Path writtenAt, Set<MetricGroup> chosen) {}

    /// Of what [#pods()] can tell.
    public List<MetricDescriptor> descriptors() {
        return Arrays.stream(PodMetric.values())
                .filter(metric -> metric.group().map(options.chosen::contains).orElse(true))
                .map(PodMetric::descriptor)
                .toList();
    }

    public List<PodSandboxMetrics> pods() throws IOException, InterruptedException {
        var pods = stores.pods().all().stream().filter(PodRecord::isReady).toList();
        var containers = stores.containers().all().stream()
                .filter(c -> c.isVisible() && !c.hasExited())
                .collect(Collectors.groupingBy(ContainerRecord::pod));
        var networks = options.chosen.contains(MetricGroup.NETWORK)
                ? PodNetworks.count(pods)
                : Map.<PodId, List<NetworkCounters>>of();
        if (options.chosen.contains(MetricGroup.DISK)) {
            layers.refresh(containers.values().stream()
                    .flatMap(List::stream)
                    .map(container -> container.id().value())
                    .toList());
        }
        var all = new ArrayList<PodSandboxMetrics>(pods.size());
        for (var pod : pods) {
            var rows = new MetricRows(options.chosen, MetricLabels.of(pod));
            new UsageRows(rows).add(networks.getOrDefault(pod.id(), List.of()));
            var metrics = PodSandboxMetrics.newBuilder()
                    .setPodSandboxId(pod.id().value())
                    .addAllMetrics(rows.all());
            for (var container : containers.getOrDefault(pod.id(), List.of())) {
                metrics.addContainerMetrics(ContainerMetrics.newBuilder()
                        .setContainerId(container.id().value())
                        .addAllMetrics(of(pod, container)));
            }
            all.add(metrics.build());
        }
        return all;
    }

    private List<Metric> of(PodRecord pod, ContainerRecord container) throws IOException {
        var rows = new MetricRows(options.chosen, MetricLabels.of(pod, container));
        rows.add(PodMetric.LAST_SEEN, clock.instant().getEpochSecond());
        if (options.chosen.isEmpty()) {
            return rows.all();
        }
        var group = paths.of(pod, container.id());
        var used = new UsageRows(rows);
        used.add(cgroups.usage(group), cgroups.detail(group));
        used.addLimits(container.making().process().pid());
        written(rows, container);
        spec(rows, container);
        return rows.all();
    }

    private void written(MetricRows rows, ContainerRecord container) throws IOException {
        if (rows.has(MetricGroup.DISK)) {
            layers.of(container.id().value())
                    .ifPresent(written ->
                            rows.add(PodMetric.FS_USAGE_BYTES, written.usage().bytes()));
            var disk = FileSystemUsage.of(options.writtenAt);
            rows.add(PodMetric.FS_LIMIT_BYTES, disk.totalBytes());
            rows.add(PodMetric.FS_INODES_TOTAL, disk.totalInodes());
            rows.add(PodMetric.FS_INODES_FREE, disk.freeInodes());
        }
    }

    private static void spec(MetricRows rows, ContainerRecord container) {
        var resources = container.making().resources();
        rows.add(PodMetric.SPEC_CPU_PERIOD, resources.getCpuPeriod());
        rows.add(PodMetric.SPEC_CPU_SHARES, resources.getCpuShares());
        if (resources.getCpuQuota() > 0) {
            rows.add(PodMetric.SPEC_CPU_QUOTA, resources.getCpuQuota());
        }
        rows.add(PodMetric.SPEC_MEMORY_LIMIT_BYTES, limit(resources.getMemoryLimitInBytes()));
        rows.add(PodMetric.SPEC_MEMORY_RESERVATION_LIMIT_BYTES, reserved(resources));
        rows.add(PodMetric.SPEC_MEMORY_SWAP_LIMIT_BYTES, limit(resources.getMemorySwapLimitInBytes()));
        rows.add(PodMetric.START_TIME_SECONDS, startedAt(container).getEpochSecond());
    }

    /// What the kubelet asks for by name of cgroup v2; the word `max` is no number of bytes.
    private static long reserved(LinuxContainerResources resources) {
        var minimum = resources.getUnifiedOrDefault("memory.min", "0");
        return minimum.matches("\\d{1,18}") ? limit(Long.parseLong(minimum)) : 0;
    }

    private static long limit(long bytes) {
        return bytes < 0 || bytes >= NO_LIMIT ? 0 : bytes;
    }

    private static Instant startedAt(ContainerRecord container) {
        return switch (container.state()) {
            case ContainerState.Running(var startedAt) -> startedAt;
            case ContainerState.Exited(var startedAt, var _, var _, var _) -> startedAt;
            case ContainerState.Creating(), ContainerState.Created() -> container.createdAt();
        };
    }
}
