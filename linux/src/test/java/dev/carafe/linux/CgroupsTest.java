package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupsTest {
    @TempDir
    private Path folder;

    @Test
    void hierarchiesOfTheirOwnAreV1() throws IOException {
        var cgroups = Cgroups.of(List.of(
                v1("memory", "rw,memory"),
                v1("cpu", "rw,cpu,cpuacct"),
                v1("blkio", "rw,blkio"),
                v1("systemd", "rw,name=systemd")));
        assertEquals(CgroupMode.V1, cgroups.mode());
        assertEquals(Set.of(CgroupController.MEMORY, CgroupController.CPU, CgroupController.IO), cgroups.controllers());
    }

    @Test
    void aUnifiedHierarchyBesideOthersIsHybrid() throws IOException {
        var cgroups = Cgroups.of(List.of(v1("memory", "rw,memory"), v2("hugetlb")));
        assertEquals(CgroupMode.HYBRID, cgroups.mode());
        assertTrue(cgroups.controllers().containsAll(Set.of(CgroupController.MEMORY, CgroupController.HUGETLB)));
    }

    @Test
    void aUnifiedHierarchyAloneIsV2AndAlwaysHasDevicesAndFreezer() throws IOException {
        var cgroups = Cgroups.of(List.of(v2("cpuset cpu io memory pids misc")));
        assertEquals(CgroupMode.V2, cgroups.mode());
        assertEquals(
                Set.of(
                        CgroupController.CPUSET,
                        CgroupController.CPU,
                        CgroupController.IO,
                        CgroupController.MEMORY,
                        CgroupController.PIDS,
                        CgroupController.DEVICES,
                        CgroupController.FREEZER),
                cgroups.controllers());
    }

    @Test
    void aHostWithoutControlGroupsIsToldSo() {
        assertThrows(IOException.class, () -> Cgroups.of(List.of()));
    }

    @Test
    void aGroupIsNotMadeBesideAHierarchyThatWasUnmounted() throws IOException {
        var memory = v1("memory", "rw,memory");
        var cgroups = Cgroups.of(List.of(memory));
        Files.delete(memory.mountPoint());
        assertThrows(NoSuchFileException.class, () -> cgroups.create("/a/b"));
        assertFalse(Files.exists(memory.mountPoint()));
    }

    @Test
    void aHierarchyThatIsMountedTwiceCountsOnce() throws IOException {
        var memory = v1("memory", "rw,memory");
        var cgroups = Cgroups.of(List.of(memory, v1("again", "rw,memory")));
        cgroups.create("/a/b");
        assertTrue(Files.isDirectory(memory.mountPoint().resolve("a/b")));
        assertFalse(Files.exists(folder.resolve("again/a")));
    }

    @Test
    void aGroupMayUseProcessorsWithoutABound() throws IOException {
        var v1 = v1("cpu", "rw,cpu,cpuacct");
        var quota = Files.createDirectories(v1.mountPoint().resolve("a")).resolve("cpu.cfs_quota_us");
        Files.writeString(quota, "50000");
        var cgroups = Cgroups.of(List.of(v1, v1("memory", "rw,memory")));
        cgroups.unlimitCpu("/a");
        cgroups.unlimitCpu("/a/missing");
        assertEquals("-1", Files.readString(quota));

        var v2 = v2("cpu");
        var max = Files.createDirectories(v2.mountPoint().resolve("a")).resolve("cpu.max");
        Files.writeString(max, "50000 100000");
        Cgroups.of(List.of(v2)).unlimitCpu("/a");
        assertEquals("max", Files.readString(max));
        Cgroups.of(List.of(v1("pids", "rw,pids"))).unlimitCpu("/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a/../b", "..", "/a/.."})
    void aPathThatLeadsElsewhereIsRefused(String path) throws IOException {
        var cgroups = Cgroups.of(List.of(v2("memory")));
        assertThrows(IllegalArgumentException.class, () -> cgroups.create(path));
    }

    @Test
    void whereAProcessIsIsSaidByTheLineOfTheHierarchy() throws IOException {
        var lines = List.of("2:cpu,cpuacct:/b", "1:name=systemd:/c", "0::/a");
        for (var mount : List.of(v1("cpu", "rw,cpu,cpuacct"), v1("systemd", "rw,name=systemd"), v2("memory"))) {
            var hierarchy = CgroupHierarchy.of(mount).orElseThrow();
            assertEquals(Optional.empty(), hierarchy.group(lines), "a group that is not in what is mounted");
            for (var group : List.of("a", "b", "c")) {
                Files.createDirectory(mount.mountPoint().resolve(group));
            }
            var expected = hierarchy.unified() ? "a" : hierarchy.accountsCpu() ? "b" : "c";
            assertEquals(Optional.of(Path.of(expected)), hierarchy.group(lines));
            assertEquals(Optional.empty(), hierarchy.group(List.of()));
            assertEquals(
                    Optional.empty(), hierarchy.group(List.of("2:cpu,cpuacct:/..", "1:name=systemd:/..", "0::/..")));
        }
    }

    @Test
    void anAnnouncedMoveWritesThisProcessWhereItIs() throws Exception {
        var cgroups = Cgroups.of(List.of(v2("memory")));
        var own = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::/".length()))
                .findFirst();
        assumeTrue(own.isPresent(), "this host has no unified hierarchy");
        var group = Files.createDirectories(folder.resolve("unified").resolve(own.get()));
        for (var round = 0; round < 2; round++) {
            var file = group.resolve("cgroup.procs");
            Files.deleteIfExists(file);
            cgroups.announceMove();
            var deadline = Instant.now().plusSeconds(10);
            while (!Files.exists(file) || Files.readString(file).isEmpty()) {
                assertTrue(Instant.now().isBefore(deadline), "nothing was written");
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertEquals(Long.toString(ProcessHandle.current().pid()), Files.readString(file));
        }
    }

    @Test
    @Tag("system")
    void anAnnouncedMoveLeavesThisProcessWhereItIs() throws Exception {
        var before = Files.readString(Path.of("/proc/self/cgroup"));
        var group = "/crl" + ThreadLocalRandom.current().nextInt(1 << 30);
        var cgroups = Cgroups.detect();
        try (var sleeper = Spawn.of(Path.of("/bin/sleep"), List.of("1000"))
                .environment(Map.of())
                .start()) {
            cgroups.create(group);
            cgroups.announceMove();
            cgroups.addProcess(group, sleeper.pid()); // waits for the announced move
            assertEquals(before, Files.readString(Path.of("/proc/self/cgroup")));
            assertEquals(Set.of(sleeper.pid()), cgroups.processes(group));
        } finally {
            cgroups.kill(group);
            cgroups.remove(group);
        }
    }

    @Test
    @Tag("system")
    void aGroupIsMadeFilledKilledAndRemovedInEveryHierarchyOfThisHost() throws Exception {
        var cgroups = Cgroups.detect();
        var name = "/crl" + ThreadLocalRandom.current().nextInt(1 << 30);
        var group = name + "/inner";
        try (var sleeper = Spawn.of(Path.of("/bin/sleep"), List.of("1000"))
                .environment(Map.of())
                .start()) {
            assertFalse(cgroups.exists(group));
            cgroups.create(group);
            cgroups.create(group);
            assertTrue(cgroups.exists(group));
            cgroups.addProcess(group, sleeper.pid());
            assertEquals(Set.of(sleeper.pid()), cgroups.processes(name));
            var lines = Files.readAllLines(Path.of("/proc/" + sleeper.pid() + "/cgroup"));
            assertTrue(lines.stream().allMatch(line -> line.endsWith(":" + group)), lines::toString);

            cgroups.kill(name);
            assertEquals(
                    new ExitStatus.Signaled(Signals.KILL),
                    sleeper.await(Duration.ofSeconds(10)).orElseThrow());
        } finally {
            cgroups.remove(name);
        }
        cgroups.remove(name);
        assertFalse(cgroups.exists(name));
        assertEquals(Set.of(), cgroups.processes(name));
    }

    @Test
    @Tag("system")
    void groupsThatGoWhileTheyAreReadHaveNoProcesses() throws Exception {
        var cgroups = Cgroups.detect();
        var name = "/crl" + ThreadLocalRandom.current().nextInt(1 << 30);
        try (var threads = Executors.newSingleThreadExecutor()) {
            var comingAndGoing = threads.submit(() -> {
                for (var i = 0; i < 500; i++) {
                    cgroups.create(name);
                    cgroups.remove(name);
                }
                return true;
            });
            while (!comingAndGoing.isDone()) {
                assertEquals(Set.of(), cgroups.processes(name));
            }
            assertTrue(comingAndGoing.get());
        } finally {
            cgroups.remove(name);
        }
    }

    private MountEntry v1(String name, String options) throws IOException {
        return mount(name, "cgroup", options);
    }

    @Test
    void theWorkingSetIsTheUseLessFilesThatNobodyTouches() throws IOException {
        var cgroups = Cgroups.of(List.of(v2("memory")));
        var group = Files.createDirectory(folder.resolve("unified/a"));
        Files.writeString(group.resolve("memory.current"), "1000\n");
        Files.writeString(group.resolve("memory.stat"), "anon 500\ninactive_file 300\nactive_file 200\n");
        assertEquals(OptionalLong.of(700), cgroups.workingSetBytes("/a"));
        assertEquals(OptionalLong.empty(), cgroups.workingSetBytes("/b"));
    }

    @Test
    void withoutMemoryInTheUnifiedHierarchyThereIsNoWorkingSet() throws IOException {
        assertEquals(OptionalLong.empty(), Cgroups.of(List.of(v2("pids"))).workingSetBytes("/a"));
    }

    private MountEntry v2(String controllers) throws IOException {
        var mount = mount("unified", "cgroup2", "rw,nsdelegate");
        Files.writeString(mount.mountPoint().resolve("cgroup.controllers"), controllers + "\n");
        return mount;
    }

    private MountEntry mount(String name, String type, String options) throws IOException {
        var point = Files.createDirectory(folder.resolve(name));
        return new MountEntry(1, 1, "/", point, type, "cgroup", options, "");
    }
}
