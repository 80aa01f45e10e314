package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerEventResponse;
import dev.carafe.cri.v1.ContainerStats;
import dev.carafe.cri.v1.ContainerStatsFilter;
import dev.carafe.cri.v1.ContainerStatsRequest;
import dev.carafe.cri.v1.GetEventsRequest;
import dev.carafe.cri.v1.LinuxContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.ListContainerStatsRequest;
import dev.carafe.cri.v1.ListMetricDescriptorsRequest;
import dev.carafe.cri.v1.ListPodSandboxMetricsRequest;
import dev.carafe.cri.v1.ListPodSandboxStatsRequest;
import dev.carafe.cri.v1.Metric;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxStatsFilter;
import dev.carafe.cri.v1.PodSandboxStatsRequest;
import dev.carafe.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import dev.carafe.cri.v1.StreamContainerStatsRequest;
import dev.carafe.cri.v1.StreamPodSandboxMetricsRequest;
import dev.carafe.cri.v1.StreamPodSandboxStatsRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What real containers use, beside what the kernel's files say; and what is told of their lives.
@Tag("system")
class StatsTest {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun", TestHost.SHIM})
    void aContainerUsesWhatTheKernelCounts(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("stats");
            var pod = cri.run(config);
            var writes = "dd if=/dev/zero of=/written bs=1M count=2; dd if=/dev/zero of=/dev/shm/used bs=1M count=8;"
                    + " touch /dev/shm/done; sleep 1000";
            var container = cri.createAndStart(pod, config, limited(stage.busybox(), "sh", "-c", writes));
            Await.until(
                    "writes",
                    () -> cri.exec(container, "test", "-f", "/dev/shm/done").getExitCode() == 0);

            var before = cpuNanos(stage, container);
            var stats = stats(cri, container);
            var after = cpuNanos(stage, container);
            var used = stats.getCpu().getUsageCoreNanoSeconds().getValue();
            assertTrue(before > 0 && before <= used && used <= after, before + " " + used + " " + after);
            assertTrue(stats.getCpu().getTimestamp() > 0);

            var memory = stats.getMemory();
            assertTrue(memory.getUsageBytes().getValue() >= 8 * MIB, memory::toString);
            assertTrue(memory.getWorkingSetBytes().getValue() >= 8 * MIB, memory::toString);
            assertEquals(
                    64 * MIB,
                    memory.getAvailableBytes().getValue()
                            + memory.getWorkingSetBytes().getValue());
            assertTrue(memory.getRssBytes().getValue() > 0, memory::toString);
            assertTrue(memory.getPageFaults().getValue() > 0, memory::toString);

            assertEquals(container, stats.getAttributes().getId());
            assertEquals("main", stats.getAttributes().getMetadata().getName());
            Await.until("a count of what it wrote", () -> stats(cri, container).hasWritableLayer());
            var written = stats(cri, container).getWritableLayer();
            assertTrue(written.getUsedBytes().getValue() >= 2 * MIB, written::toString);
            assertTrue(written.getInodesUsed().getValue() >= 2, written::toString);
            assertTrue(Files.isDirectory(Path.of(written.getFsId().getMountpoint())), written::toString);

            TimeUnit.MILLISECONDS.sleep(1100); // a rate needs two samples a second apart
            assertTrue(stats(cri, container).getCpu().hasUsageNanoCores());

            var podStats = cri.daemon()
                    .runtime()
                    .podSandboxStats(PodSandboxStatsRequest.newBuilder()
                            .setPodSandboxId(pod)
                            .build())
                    .getStats();
            assertEquals(pod, podStats.getAttributes().getId());
            assertEquals(
                    container,
                    podStats.getLinux().getContainers(0).getAttributes().getId());
            assertTrue(podStats.getLinux().getCpu().getUsageCoreNanoSeconds().getValue() >= used);
            assertTrue(podStats.getLinux().getMemory().getWorkingSetBytes().getValue() >= 8 * MIB);
            assertTrue(podStats.getLinux().getProcess().getProcessCount().getValue() >= 1);
            assertEquals(
                    "eth0",
                    podStats.getLinux().getNetwork().getDefaultInterface().getName());
            var sent = cri.exec(container, "cat", "/sys/class/net/eth0/statistics/tx_bytes")
                    .getStdout()
                    .toStringUtf8()
                    .strip();
            assertTrue(podStats.getLinux()
                            .getNetwork()
                            .getDefaultInterface()
                            .getTxBytes()
                            .getValue()
                    <= Long.parseLong(sent));

            cri.stop(container, 0);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void listsAreFilteredAndUnknownIdsAreNotFound() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var one = started(stage, "one", NamespaceMode.POD);
            var two = started(stage, "two", NamespaceMode.NODE);
            var runtime = cri.daemon().runtime();

            assertEquals(
                    2,
                    containers(cri, ContainerStatsFilter.getDefaultInstance()).size());
            for (var filter : List.of(
                    ContainerStatsFilter.newBuilder().setId(one.container),
                    ContainerStatsFilter.newBuilder().setPodSandboxId(one.pod),
                    ContainerStatsFilter.newBuilder().putLabelSelector("of", "one"))) {
                var found = containers(cri, filter.build());
                assertEquals(
                        List.of(one.container),
                        found.stream()
                                .map(stats -> stats.getAttributes().getId())
                                .toList());
                var streamed = runtime.streamContainerStats(StreamContainerStatsRequest.newBuilder()
                        .setFilter(filter)
                        .build());
                assertEquals(
                        one.container,
                        streamed.next().getContainerStats(0).getAttributes().getId());
            }
            assertEquals(
                    List.of(),
                    containers(
                            cri,
                            ContainerStatsFilter.newBuilder()
                                    .putLabelSelector("of", "three")
                                    .build()));

            var label = PodSandboxStatsFilter.newBuilder().putLabelSelector("app", "two");
            var pods = runtime.listPodSandboxStats(ListPodSandboxStatsRequest.newBuilder()
                            .setFilter(label)
                            .build())
                    .getStatsList();
            assertEquals(1, pods.size());
            assertEquals(two.pod, pods.getFirst().getAttributes().getId());
            assertFalse(pods.getFirst().getLinux().hasNetwork());
            var streamed = runtime.streamPodSandboxStats(StreamPodSandboxStatsRequest.getDefaultInstance());
            assertEquals(2, streamed.next().getPodSandboxStatsCount());

            assertNotFound(() -> stats(cri, "f".repeat(64)));
            assertNotFound(() -> runtime.podSandboxStats(PodSandboxStatsRequest.newBuilder()
                    .setPodSandboxId("f".repeat(64))
                    .build()));
            var off = assertThrows(
                    StatusRuntimeException.class,
                    () -> runtime.getContainerEvents(GetEventsRequest.getDefaultInstance())
                            .hasNext());
            assertEquals(Status.Code.FAILED_PRECONDITION, off.getStatus().getCode());

            cri.stop(one.container, 0);
            assertEquals(
                    1,
                    containers(cri, ContainerStatsFilter.getDefaultInstance()).size());
            cri.removePod(one.pod);
            cri.removePod(two.pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void samplesInTheBackgroundAndEventsOfALife() throws Exception {
        try (var stage = Stage.set("runc")) {
            stage.host().configure("crio.stats", "collection_period = 1");
            stage.host().configure("crio.runtime", "enable_pod_events = true");
            stage.restart();
            var cri = stage.cri();
            // The subscription begins a moment after the call was sent; a pull takes longer.
            var events = cri.daemon().runtime().getContainerEvents(GetEventsRequest.getDefaultInstance());
            cri.pull(stage.busybox());
            var config = cri.pod("watched");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, limited(stage.busybox(), "sleep", "1000"));

            var first = stats(cri, container);
            Await.until(
                    "a sample in the background",
                    () -> stats(cri, container).getCpu().getTimestamp()
                            > first.getCpu().getTimestamp());
            assertTrue(first.getCpu().getTimestamp() > 0);

            cri.stop(container, 0);
            cri.removePod(pod);
            var told = new ArrayList<ContainerEventResponse>();
            while (told.isEmpty() || !isLast(told.getLast(), pod)) {
                told.add(events.next());
            }
            assertEquals(List.of("CREATED", "STARTED", "STOPPED", "DELETED"), types(told, container));
            assertEquals(List.of("CREATED", "STARTED", "STOPPED", "DELETED"), types(told, pod));
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void theMetricsOfCadvisorAreToldOverTheCri() throws Exception {
        try (var stage = Stage.set("runc")) {
            stage.host().configure("crio.stats", "included_pod_metrics = [\"all\"]");
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("metrics");
            var pod = cri.run(config);
            var container = limited(stage.busybox(), "sleep", "1000").toBuilder();
            container
                    .getLinuxBuilder()
                    .getResourcesBuilder()
                    .setCpuPeriod(100_000)
                    .setCpuQuota(50_000)
                    .setCpuShares(1024)
                    .setMemorySwapLimitInBytes(64 * MIB);
            var id = cri.createAndStart(pod, config, container.build());
            var runtime = cri.daemon().runtime();

            var keys = new HashMap<String, Integer>();
            runtime.listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance())
                    .getDescriptorsList()
                    .forEach(one -> keys.put(one.getName(), one.getLabelKeysCount()));
            assertEquals(56, keys.size());
            Await.until("a count of what it wrote", () -> rows(runtime).containsKey("container_fs_usage_bytes"));
            var rows = rows(runtime);
            rows.forEach((name, row) -> assertEquals(keys.get(name), row.getLabelValuesCount(), name));
            // Those are left out that this host does not count, or of which there is nothing to count.
            keys.keySet().removeAll(rows.keySet());
            keys.keySet().removeIf(name -> name.matches("container_(pressure|hugetlb|blkio|fs_reads|fs_writes)_.*"));
            assertEquals(Set.of(), keys.keySet());

            assertEquals(1, value(rows, "processes"));
            assertEquals(64 * MIB, value(rows, "spec_memory_limit_bytes"));
            assertEquals(50_000, value(rows, "spec_cpu_quota"));
            assertTrue(value(rows, "memory_usage_bytes") > 0);
            assertTrue(value(rows, "start_time_seconds") <= value(rows, "last_seen"));
            assertEquals(
                    List.of(id, "k8s_main_metrics_tests_metrics-uid_0", stage.busybox(), "tests", "metrics", "main"),
                    rows.get("container_processes").getLabelValuesList());
            var received = rows.get("container_network_receive_bytes_total").getLabelValuesList();
            assertEquals(pod, received.getFirst());
            assertEquals("eth0", received.getLast());

            var streamed = runtime.streamPodSandboxMetrics(StreamPodSandboxMetricsRequest.getDefaultInstance());
            assertEquals(pod, streamed.next().getPodSandboxMetrics(0).getPodSandboxId());
            cri.removePod(pod);
            assertEquals(Map.of(), rows(runtime));
            stage.assertNothingIsLeft();
        }
    }

    /// One row for each name.
    private static Map<String, Metric> rows(RuntimeServiceBlockingStub runtime) {
        var rows = new HashMap<String, Metric>();
        for (var pod : runtime.listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                .getPodMetricsList()) {
            pod.getMetricsList().forEach(row -> rows.put(row.getName(), row));
            pod.getContainerMetricsList()
                    .forEach(container -> container.getMetricsList().forEach(row -> rows.put(row.getName(), row)));
        }
        return rows;
    }

    private static long value(Map<String, Metric> rows, String name) {
        return rows.get("container_" + name).getValue().getValue();
    }

    private static boolean isLast(ContainerEventResponse event, String pod) {
        return event.getContainerId().equals(pod)
                && event.getContainerEventType().name().contains("DELETED");
    }

    private static List<String> types(List<ContainerEventResponse> events, String id) {
        return events.stream()
                .filter(event -> event.getContainerId().equals(id))
                .map(event -> event.getContainerEventType()
                        .name()
                        .replace("CONTAINER_", "")
                        .replace("_EVENT", ""))
                .toList();
    }

    private record Started(String pod, String container) {}

    private static Started started(Stage stage, String name, NamespaceMode network) {
        var cri = stage.cri();
        var config = cri.pod(name).toBuilder();
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setNetwork(network);
        if (network == NamespaceMode.NODE) {
            config.clearHostname();
        }
        var pod = cri.run(config.build());
        var container = limited(stage.busybox(), "sleep", "1000").toBuilder()
                .putLabels("of", name)
                .build();
        return new Started(pod, cri.createAndStart(pod, config.build(), container));
    }

    private static ContainerConfig limited(String image, String... command) {
        return Cri.container("main", image, command).toBuilder()
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setResources(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(64 * MIB)))
                .build();
    }

    private static ContainerStats stats(Cri cri, String container) {
        return cri.daemon()
                .runtime()
                .containerStats(ContainerStatsRequest.newBuilder()
                        .setContainerId(container)
                        .build())
                .getStats();
    }

    private static List<ContainerStats> containers(Cri cri, ContainerStatsFilter filter) {
        return cri.daemon()
                .runtime()
                .listContainerStats(
                        ListContainerStatsRequest.newBuilder().setFilter(filter).build())
                .getStatsList();
    }

    private static void assertNotFound(Runnable call) {
        var refused = assertThrows(StatusRuntimeException.class, call::run);
        assertEquals(Status.Code.NOT_FOUND, refused.getStatus().getCode());
    }

    /// Read from the kernel, in whichever form this host has it.
    private static long cpuNanos(Stage stage, String container) throws Exception {
        var group = stage.host().cgroupParent() + "/crio-" + container;
        var v1 = CGROUPS.resolve("cpuacct" + group).resolve("cpuacct.usage");
        if (Files.exists(v1)) {
            return Long.parseLong(Files.readString(v1).strip());
        }
        var line =
                Files.readAllLines(Path.of(CGROUPS + group).resolve("cpu.stat")).getFirst();
        return Long.parseLong(line.substring("usage_usec ".length())) * 1000;
    }
}
