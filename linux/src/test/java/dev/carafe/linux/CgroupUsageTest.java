package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.carafe.linux.CgroupUsage.Memory;
import dev.carafe.linux.CgroupUsage.Pressure;
import dev.carafe.linux.CgroupUsage.Pressures;
import dev.carafe.linux.CgroupUsage.Stall;
import dev.carafe.linux.CgroupUsage.Swap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What groups have used, read from folders in both forms of the kernel's.
class CgroupUsageTest {
    private static final CgroupUsage NOTHING = new CgroupUsage(
            OptionalLong.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(), Pressures.UNKNOWN);

    @TempDir
    private Path folder;

    private GroupTree tree;

    @BeforeEach
    void prepare() {
        tree = new GroupTree(folder);
    }

    @Test
    void v2IsReadFromOneFolder() throws IOException {
        var cgroups = Cgroups.of(List.of(tree.v2("cpu memory pids")));
        tree.file("unified/pod/one/cpu.stat", "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\n");
        tree.file("unified/pod/one/memory.current", "9000\n");
        tree.file("unified/pod/one/memory.max", "20000\n");
        tree.file(
                "unified/pod/one/memory.stat", "anon 4000\nfile 5000\ninactive_file 3000\npgfault 70\npgmajfault 7\n");
        tree.file("unified/pod/one/memory.swap.current", "100\n");
        tree.file("unified/pod/one/memory.swap.max", "max\n");
        tree.file("unified/pod/one/pids.current", "3\n");
        tree.file("unified/pod/one/cpu.pressure", "some avg10=1.50 avg60=0.40 avg300=0.10 total=12345\n");
        tree.file(
                "unified/pod/one/memory.pressure",
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.25 avg60=0.00 avg300=0.00 total=2\n");

        var usage = cgroups.usage("/pod/one");

        assertEquals(OptionalLong.of(1_500_000), usage.cpuNanos());
        assertEquals(Optional.of(new Memory(9000, 6000, 4000, 70, 7, OptionalLong.of(20000))), usage.memory());
        assertEquals(Optional.of(new Swap(100, OptionalLong.empty())), usage.swap());
        assertEquals(OptionalLong.of(3), usage.processes());
        assertEquals(
                new Pressures(
                        Optional.of(new Pressure(new Stall(1.5, 0.4, 0.1, 12345), Stall.NONE)),
                        Optional.of(new Pressure(new Stall(0, 0, 0, 1), new Stall(0.25, 0, 0, 2))),
                        Optional.empty()),
                usage.pressures());
    }

    @Test
    void v1IsReadFromTheFolderOfEachController() throws IOException {
        var cgroups = Cgroups.of(List.of(
                tree.v1("cpu", "rw,cpu"),
                tree.v1("cpuacct", "rw,cpuacct"),
                tree.v1("memory", "rw,memory"),
                tree.v1("pids", "rw,pids"),
                tree.v2("hugetlb")));
        tree.file("cpuacct/pod/one/cpuacct.usage", "1500\n");
        tree.file("memory/pod/one/memory.usage_in_bytes", "9000\n");
        tree.file("memory/pod/one/memory.limit_in_bytes", "20000\n");
        tree.file("memory/pod/one/memory.memsw.usage_in_bytes", "9100\n");
        tree.file("memory/pod/one/memory.memsw.limit_in_bytes", "50000\n");
        tree.file("memory/pod/one/memory.stat", """
                        rss 1
                        inactive_file 1
                        total_rss 4000
                        total_inactive_file 3000
                        total_pgfault 70
                        total_pgmajfault 7
                        """);
        tree.file("pids/pod/one/pids.current", "3\n");
        tree.file("unified/pod/one/cpu.stat", "usage_usec 0\n");

        var usage = cgroups.usage("/pod/one");

        assertEquals(OptionalLong.of(1500), usage.cpuNanos());
        assertEquals(Optional.of(new Memory(9000, 6000, 4000, 70, 7, OptionalLong.of(20000))), usage.memory());
        assertEquals(Optional.of(new Swap(100, OptionalLong.of(30000))), usage.swap());
        assertEquals(OptionalLong.of(3), usage.processes());
        assertEquals(Pressures.UNKNOWN, usage.pressures());
    }

    @Test
    void whatTheKernelShowsForNoLimitIsNone() throws IOException {
        var cgroups = Cgroups.of(List.of(tree.v1("memory", "rw,memory")));
        tree.file("memory/one/memory.usage_in_bytes", "9000\n");
        tree.file("memory/one/memory.limit_in_bytes", "9223372036854771712\n");
        assertEquals(
                Optional.of(new Memory(9000, 9000, 0, 0, 0, OptionalLong.empty())),
                cgroups.usage("/one").memory());
    }

    @Test
    void aGroupThatHasGoneHasUsedNothingThatIsKnown() throws IOException {
        assertEquals(NOTHING, Cgroups.of(List.of(tree.v2("cpu memory pids"))).usage("/gone"));
        assertEquals(
                NOTHING,
                Cgroups.of(List.of(tree.v1("cpuacct", "cpuacct"), tree.v1("memory", "memory")))
                        .usage("/gone"));
    }

    @Test
    void whatIsNoNumberIsAnErrorThatNamesTheFile() throws IOException {
        var cgroups = Cgroups.of(List.of(tree.v2("pids")));
        tree.file("unified/one/pids.current", "many\n");
        var error = assertThrows(IOException.class, () -> cgroups.usage("/one"));
        assertEquals(folder + "/unified/one/pids.current should have a number, not many", error.getMessage());
    }

    @Test
    void interfacesAreReadWithNamesThatTouchTheirNumbers() throws IOException {
        var counters = NetworkCounters.parse(List.of(
                "Inter-|   Receive                                                |  Transmit",
                " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo ...",
                "    lo:       1       2    3    4    0     0          0         0        5       6    7    8    0     0"
                        + "       0          0",
                "eth0:1:18446744073709551615 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0"));
        assertEquals(
                new NetworkCounters(
                        "lo", new NetworkCounters.Traffic(1, 2, 3, 4), new NetworkCounters.Traffic(5, 6, 7, 8)),
                counters.getFirst());
        assertEquals("eth0:1", counters.get(1).name());
        assertEquals(9, counters.get(1).sent().bytes());
        assertThrows(IOException.class, () -> NetworkCounters.parse(List.of("", "", "eth0: 1 2")));
    }
}
