package dev.carafe.engine.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.PsiStats;
import dev.carafe.linux.CgroupUsage;
import dev.carafe.linux.CgroupUsage.Pressure;
import dev.carafe.linux.CgroupUsage.Stall;
import dev.carafe.linux.NetworkCounters;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// Each field that the kubelet's summary reads, of a kernel that counts all and of one that counts less.
class StatsViewsTest {
    private static final Instant AT = Instant.ofEpochSecond(1, 5);

    private static Sample sample(CgroupUsage.Pressures pressures, OptionalLong limit) {
        return new Sample(
                AT,
                new CgroupUsage(
                        OptionalLong.of(1),
                        Optional.of(new CgroupUsage.Memory(9000, 6000, 4000, 70, 7, limit)),
                        Optional.of(new CgroupUsage.Swap(100, limit)),
                        OptionalLong.of(3),
                        pressures),
                OptionalLong.of(2));
    }

    private static Pressure pressure(int base) {
        return new Pressure(
                new Stall(base + 0.5, base + 1, base + 2, base + 3), new Stall(base + 4, base + 5, base + 6, base + 7));
    }

    private static void assertIsPressure(int base, PsiStats told) {
        assertEquals(base + 0.5, told.getSome().getAvg10());
        assertEquals(base + 1, told.getSome().getAvg60());
        assertEquals(base + 2, told.getSome().getAvg300());
        assertEquals(base + 3, told.getSome().getTotal());
        assertEquals(base + 4, told.getFull().getAvg10());
        assertEquals(base + 5, told.getFull().getAvg60());
        assertEquals(base + 6, told.getFull().getAvg300());
        assertEquals(base + 7, told.getFull().getTotal());
    }

    /// As cgroup v2 does.
    @Test
    void allThatTheKernelCountsIsTold() {
        var pressures = new CgroupUsage.Pressures(
                Optional.of(pressure(10)), Optional.of(pressure(20)), Optional.of(pressure(30)));
        var all = sample(pressures, OptionalLong.of(20_000));

        var cpu = StatsViews.cpu(all);
        assertEquals(1_000_000_005L, cpu.getTimestamp());
        assertEquals(1, cpu.getUsageCoreNanoSeconds().getValue());
        assertEquals(2, cpu.getUsageNanoCores().getValue());
        assertIsPressure(10, cpu.getPsi());

        var memory = StatsViews.memory(all);
        assertEquals(9000, memory.getUsageBytes().getValue());
        assertEquals(6000, memory.getWorkingSetBytes().getValue());
        assertEquals(4000, memory.getRssBytes().getValue());
        assertEquals(14_000, memory.getAvailableBytes().getValue());
        assertEquals(70, memory.getPageFaults().getValue());
        assertEquals(7, memory.getMajorPageFaults().getValue());
        assertIsPressure(20, memory.getPsi());

        var swap = StatsViews.swap(all);
        assertEquals(100, swap.getSwapUsageBytes().getValue());
        assertEquals(19_900, swap.getSwapAvailableBytes().getValue());
        assertIsPressure(30, StatsViews.io(all).getPsi());
        assertEquals(3, StatsViews.processes(all).getProcessCount().getValue());
    }

    /// As cgroup v1 does without `swapaccount`.
    @Test
    void whatTheKernelDoesNotCountIsAbsentAndNotZero() {
        var unlimited = sample(CgroupUsage.Pressures.UNKNOWN, OptionalLong.empty());
        assertFalse(StatsViews.cpu(unlimited).hasPsi());
        assertFalse(StatsViews.memory(unlimited).hasPsi());
        assertFalse(StatsViews.io(unlimited).hasPsi());
        assertFalse(StatsViews.memory(unlimited).hasAvailableBytes());
        assertTrue(StatsViews.swap(unlimited).hasSwapUsageBytes());
        assertFalse(StatsViews.swap(unlimited).hasSwapAvailableBytes());

        var nothing = new Sample(
                AT,
                new CgroupUsage(
                        OptionalLong.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        CgroupUsage.Pressures.UNKNOWN),
                OptionalLong.empty());
        assertFalse(StatsViews.cpu(nothing).hasUsageCoreNanoSeconds());
        assertFalse(StatsViews.cpu(nothing).hasUsageNanoCores());
        assertFalse(StatsViews.memory(nothing).hasWorkingSetBytes());
        assertFalse(StatsViews.swap(nothing).hasSwapUsageBytes());
        assertFalse(StatsViews.processes(nothing).hasProcessCount());
    }

    @Test
    void thePodsFirstInterfaceIsTheDefaultAndLoopbackIsNone() {
        var told = StatsViews.network(AT, List.of(counters("lo", 0), counters("net1", 10), counters("eth0", 20)));
        assertEquals(2, told.getInterfacesCount());
        var first = told.getDefaultInterface();
        assertEquals("eth0", first.getName());
        assertEquals(21, first.getRxBytes().getValue());
        assertEquals(23, first.getRxErrors().getValue());
        assertEquals(25, first.getTxBytes().getValue());
        assertEquals(27, first.getTxErrors().getValue());
        assertEquals(
                "net1",
                StatsViews.network(AT, List.of(counters("lo", 0), counters("net1", 10)))
                        .getDefaultInterface()
                        .getName());
    }

    private static NetworkCounters counters(String name, int base) {
        return new NetworkCounters(
                name,
                new NetworkCounters.Traffic(base + 1, base + 2, base + 3, base + 4),
                new NetworkCounters.Traffic(base + 5, base + 6, base + 7, base + 8));
    }
}
