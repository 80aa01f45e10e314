package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.linux.CgroupDetail.Cpu;
import dev.carafe.linux.CgroupDetail.Disk;
import dev.carafe.linux.CgroupDetail.Faults;
import dev.carafe.linux.CgroupDetail.HugePages;
import dev.carafe.linux.CgroupDetail.Memory;
import dev.carafe.linux.CgroupDetail.Throttling;
import dev.carafe.linux.CgroupDetail.Transfers;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What else groups count, read from folders in both forms of the kernel's; and what processes have open.
class CgroupDetailTest {
    @TempDir
    private Path folder;

    private GroupTree tree;

    @BeforeEach
    void prepare() {
        tree = new GroupTree(folder);
    }

    @Test
    void v2IsReadFromOneFolder() throws IOException {
        var cgroups = Cgroups.of(List.of(tree.v2("cpu memory pids io hugetlb")));
        tree.file("unified/one/cpu.stat", """
                usage_usec 30
                user_usec 20
                system_usec 10
                nr_periods 9
                nr_throttled 4
                throttled_usec 7
                """);
        tree.file("unified/one/memory.stat", "file 5000\nfile_mapped 300\nkernel 200\npgfault 70\npgmajfault 7\n");
        tree.file("unified/one/memory.peak", "9999\n");
        tree.file("unified/one/memory.events", "low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\n");
        tree.file("unified/one/pids.max", "100\n");
        tree.file("unified/one/cgroup.procs", "4\n5\n");
        tree.file("unified/one/below/cgroup.procs", "6\n");
        tree.file("unified/one/io.stat", "8:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n253:1 \n");
        tree.file("unified/one/hugetlb.2MB.current", "4096\n");
        tree.file("unified/one/hugetlb.2MB.rsvd.current", "1\n");

        var detail = cgroups.detail("/one");

        assertEquals(Optional.of(new Cpu(20_000, 10_000)), detail.cpu());
        assertEquals(Optional.of(new Throttling(9, 4, 7000)), detail.throttling());
        assertEquals(
                Optional.of(new Memory(
                        5000,
                        300,
                        OptionalLong.of(200),
                        OptionalLong.of(9999),
                        OptionalLong.of(12),
                        Optional.empty(),
                        new Faults(70, 7))),
                detail.memory());
        assertEquals(OptionalLong.of(1), detail.oomKills());
        assertEquals(OptionalLong.of(100), detail.processLimit());
        assertEquals(Set.of(4, 5, 6), detail.processes());
        assertEquals(
                List.of(
                        new Disk(8, 0, new Transfers(1, 10), new Transfers(2, 20)),
                        new Disk(253, 1, new Transfers(0, 0), new Transfers(0, 0))),
                detail.devices().disks());
        assertEquals(
                List.of(new HugePages("2MB", 4096, OptionalLong.empty())),
                detail.devices().pages());
    }

    @Test
    void v1IsReadFromTheFolderOfEachController() throws IOException {
        var cgroups = Cgroups.of(List.of(
                tree.v1("cpu", "rw,cpu"),
                tree.v1("cpuacct", "rw,cpuacct"),
                tree.v1("memory", "rw,memory"),
                tree.v1("pids", "rw,pids"),
                tree.v1("blkio", "rw,blkio"),
                tree.v1("hugetlb", "rw,hugetlb")));
        tree.file("cpuacct/one/cpuacct.usage_user", "20\n");
        tree.file("cpuacct/one/cpuacct.usage_sys", "10\n");
        tree.file("cpu/one/cpu.stat", "nr_periods 9\nnr_throttled 4\nthrottled_time 7000\n");
        tree.file("memory/one/memory.stat", """
                pgfault 1
                pgmajfault 0
                total_cache 5000
                total_mapped_file 300
                total_pgfault 70
                total_pgmajfault 7
                """);
        tree.file("memory/one/memory.kmem.usage_in_bytes", "200\n");
        tree.file("memory/one/memory.max_usage_in_bytes", "9999\n");
        tree.file("memory/one/memory.failcnt", "12\n");
        tree.file("memory/one/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
        tree.file("pids/one/pids.max", "max\n");
        tree.file("pids/one/cgroup.procs", "4\n");
        tree.file("blkio/one/blkio.throttle.io_serviced_recursive", "8:0 Read 1\n8:0 Write 2\n8:0 Total 3\nTotal 3\n");
        tree.file(
                "blkio/one/blkio.throttle.io_service_bytes_recursive",
                "8:0 Read 10\n8:0 Write 20\n8:0 Total 30\nTotal 30\n");
        tree.file("hugetlb/one/hugetlb.1GB.usage_in_bytes", "0\n");
        tree.file("hugetlb/one/hugetlb.1GB.max_usage_in_bytes", "5\n");

        var detail = cgroups.detail("/one");

        assertEquals(Optional.of(new Cpu(20, 10)), detail.cpu());
        assertEquals(Optional.of(new Throttling(9, 4, 7000)), detail.throttling());
        assertEquals(
                Optional.of(new Memory(
                        5000,
                        300,
                        OptionalLong.of(200),
                        OptionalLong.of(9999),
                        OptionalLong.of(12),
                        Optional.of(new Faults(1, 0)),
                        new Faults(70, 7))),
                detail.memory());
        assertEquals(OptionalLong.of(1), detail.oomKills());
        assertEquals(OptionalLong.empty(), detail.processLimit());
        assertEquals(Set.of(4), detail.processes());
        assertEquals(
                List.of(new Disk(8, 0, new Transfers(1, 10), new Transfers(2, 20))),
                detail.devices().disks());
        assertEquals(
                List.of(new HugePages("1GB", 0, OptionalLong.of(5))),
                detail.devices().pages());
    }

    @Test
    void aGroupThatHasGoneCountsNothing() throws IOException {
        for (var cgroups : List.of(
                Cgroups.of(List.of(tree.v2("cpu memory pids io hugetlb"))),
                Cgroups.of(List.of(
                        tree.v1("cpuacct", "cpuacct"), tree.v1("memory", "memory"), tree.v1("hugetlb", "hugetlb"))))) {
            var detail = cgroups.detail("/gone");
            assertEquals(Optional.empty(), detail.cpu());
            assertEquals(Optional.empty(), detail.throttling());
            assertEquals(Optional.empty(), detail.memory());
            assertEquals(Set.of(), detail.processes());
            assertEquals(List.of(), detail.devices().disks());
            assertEquals(List.of(), detail.devices().pages());
        }
    }

    @Test
    void aLineThatIsNotAboutADiskIsAnError() throws IOException {
        var cgroups = Cgroups.of(List.of(tree.v2("io")));
        tree.file("unified/one/io.stat", "8:0 rbytes=many\n");
        assertThrows(IOException.class, () -> cgroups.detail("/one"));
    }

    @Test
    void descriptorsAndSocketsOfAProcessAreCounted() throws IOException {
        var self = List.of((int) ProcessHandle.current().pid());
        try (var _ = new ServerSocket(0)) {
            var open = OpenFiles.of(self).orElseThrow();
            assertTrue(open.sockets() >= 1 && open.sockets() < open.descriptors(), open::toString);
        }
        assertEquals(Optional.of(new OpenFiles(0, 0)), OpenFiles.of(List.of(Integer.MAX_VALUE)));
    }

    @Test
    void aProcessHasALimitOfOpenFilesUntilItEnds() {
        var limit = Rlimit.openFiles((int) ProcessHandle.current().pid()).orElseThrow();
        assertTrue(limit.soft() > 0 && limit.hard() >= limit.soft(), limit::toString);
        assertEquals(Optional.empty(), Rlimit.openFiles(Integer.MAX_VALUE));
    }

    @Test
    void aDiskThatIsNotThereHasNoPath() {
        assertEquals(Optional.empty(), BlockDevices.path(0, 0));
    }
}
