package dev.carafe.engine.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.engine.MetricGroup;
import dev.carafe.linux.CgroupDetail;
import dev.carafe.linux.CgroupUsage;
import dev.carafe.linux.NetworkCounters;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PodMetricTest {
    private static final List<String> LABELS = List.of("1", "2", "3", "4", "5", "6");

    @Test
    void theNamesAreThoseOfCadvisor() {
        var names = Arrays.stream(PodMetric.values())
                .map(metric -> metric.fullName().replace("container_", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(Arrays.asList("""
                        blkio_device_usage_total
                        cpu_cfs_periods_total cpu_cfs_throttled_periods_total cpu_cfs_throttled_seconds_total
                        cpu_system_seconds_total cpu_usage_seconds_total cpu_user_seconds_total
                        file_descriptors fs_inodes_free fs_inodes_total fs_limit_bytes fs_usage_bytes
                        fs_reads_bytes_total fs_reads_total fs_writes_bytes_total fs_writes_total
                        hugetlb_max_usage_bytes hugetlb_usage_bytes last_seen
                        memory_cache memory_failcnt memory_failures_total memory_kernel_usage memory_mapped_file
                        memory_max_usage_bytes memory_rss memory_swap memory_usage_bytes memory_working_set_bytes
                        network_receive_bytes_total network_receive_errors_total network_receive_packets_total
                        network_receive_packets_dropped_total network_transmit_packets_dropped_total
                        network_transmit_bytes_total network_transmit_errors_total network_transmit_packets_total
                        oom_events_total processes sockets start_time_seconds threads threads_max ulimits_soft
                        pressure_cpu_stalled_seconds_total pressure_cpu_waiting_seconds_total
                        pressure_io_stalled_seconds_total pressure_io_waiting_seconds_total
                        pressure_memory_stalled_seconds_total pressure_memory_waiting_seconds_total
                        spec_cpu_period spec_cpu_quota spec_cpu_shares spec_memory_limit_bytes
                        spec_memory_reservation_limit_bytes spec_memory_swap_limit_bytes
                        """.strip().split("\\s+"))), names);
    }

    @Test
    void eachHasATextAndTheLabelsThatItsRowsHave() {
        for (var metric : PodMetric.values()) {
            var descriptor = metric.descriptor();
            assertFalse(descriptor.getHelp().isEmpty());
            assertEquals(metric.labels(), descriptor.getLabelKeysCount());
            assertEquals(MetricLabels.KEYS, descriptor.getLabelKeysList().subList(0, MetricLabels.KEYS.size()));
        }
        var rows = new MetricRows(Set.of(MetricGroup.CPU), LABELS);
        assertThrows(AssertionError.class, () -> rows.add(PodMetric.CPU_USAGE_SECONDS_TOTAL, 1));
    }

    @Test
    void onlyWhatIsChosenIsTold() {
        assertEquals(EnumSet.allOf(MetricGroup.class), MetricGroup.of(List.of("all")));
        assertEquals(Set.of(MetricGroup.DISK_IO, MetricGroup.CPU), MetricGroup.of(List.of("diskIO", "cpu")));
        assertEquals(Set.of(), MetricGroup.of(List.of()));
        var rows = new MetricRows(Set.of(MetricGroup.NETWORK), LABELS);
        rows.add(PodMetric.LAST_SEEN, 7);
        rows.add(PodMetric.MEMORY_CACHE, 8);
        var used = new UsageRows(rows);
        used.add(full(), detail());
        used.add(List.of(counters("lo"), counters("eth0")));
        assertEquals(9, rows.all().size(), rows.all()::toString);
        assertEquals("container_last_seen", rows.all().getFirst().getName());
        assertEquals("eth0", rows.all().getLast().getLabelValues(LABELS.size()));
    }

    @Test
    void secondsAreWholeOnesAndNoRowHasALabelTooFew() {
        var rows = new MetricRows(MetricGroup.of(List.of("all")), LABELS);
        new UsageRows(rows).add(full(), detail());
        assertEquals(3, value(rows, "container_cpu_usage_seconds_total"));
        assertEquals(2, value(rows, "container_cpu_user_seconds_total"));
        assertEquals(5, value(rows, "container_pressure_io_stalled_seconds_total"));
        assertEquals(0, value(rows, "container_threads_max"));
        assertEquals(30, value(rows, "container_blkio_device_usage_total"));
        assertEquals(
                List.of("1", "2", "3", "4", "5", "6", "999:7", "999", "7", "Read"),
                rows.all().stream()
                        .filter(row -> row.getName().equals("container_blkio_device_usage_total"))
                        .findFirst()
                        .orElseThrow()
                        .getLabelValuesList());
        assertEquals(
                rows.all().size(),
                rows.all().stream()
                        .map(row -> row.getName() + row.getLabelValuesList())
                        .distinct()
                        .count());
    }

    @Test
    void whatTheKernelDoesNotCountIsNotTold() {
        var rows = new MetricRows(MetricGroup.of(List.of("all")), LABELS);
        var none = new CgroupUsage(
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                CgroupUsage.Pressures.UNKNOWN);
        new UsageRows(rows)
                .add(
                        none,
                        new CgroupDetail(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                Set.of(),
                                new CgroupDetail.Devices(List.of(), List.of())));
        assertEquals(List.of(), rows.all());
    }

    private static long value(MetricRows rows, String name) {
        return rows.all().stream()
                .filter(row -> row.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue()
                .getValue();
    }

    private static CgroupUsage full() {
        var stall = new CgroupUsage.Stall(0, 0, 0, 5_999_999);
        var pressure = Optional.of(new CgroupUsage.Pressure(CgroupUsage.Stall.NONE, stall));
        return new CgroupUsage(
                OptionalLong.of(3_999_999_999L),
                Optional.of(new CgroupUsage.Memory(9, 8, 7, 6, 5, OptionalLong.empty())),
                Optional.of(new CgroupUsage.Swap(4, OptionalLong.empty())),
                OptionalLong.of(2),
                new CgroupUsage.Pressures(pressure, pressure, pressure));
    }

    private static CgroupDetail detail() {
        var faults = new CgroupDetail.Faults(2, 1);
        return new CgroupDetail(
                Optional.of(new CgroupDetail.Cpu(2_000_000_000L, 1_000_000_000L)),
                Optional.of(new CgroupDetail.Throttling(3, 2, 1)),
                Optional.of(new CgroupDetail.Memory(
                        1, 2, OptionalLong.of(3), OptionalLong.of(4), OptionalLong.of(5), Optional.of(faults), faults)),
                OptionalLong.of(1),
                OptionalLong.empty(),
                Set.of(),
                new CgroupDetail.Devices(
                        List.of(new CgroupDetail.Disk(
                                999, 7, new CgroupDetail.Transfers(1, 30), new CgroupDetail.Transfers(2, 40))),
                        List.of(new CgroupDetail.HugePages("2MB", 1, OptionalLong.of(2)))));
    }

    private static NetworkCounters counters(String name) {
        return new NetworkCounters(
                name, new NetworkCounters.Traffic(1, 2, 3, 4), new NetworkCounters.Traffic(5, 6, 7, 8));
    }
}
