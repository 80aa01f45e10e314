package dev.carafe.engine.performance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodRecord.OwnProcess;
import dev.carafe.engine.state.PodRecord.PodPlace;
import dev.carafe.engine.state.PodState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Folders stand for the kernel's, and scripts for the programs that would be told.
class CpuTuningTest {
    private static final HandlerRules ALLOWING =
            new HandlerRules(0, List.of("irq-load-", "cpu-"), Map.of(), false, "", false, false);
    private static final String IRQ = "irq-load-balancing.crio.io";
    private static final String SLEEP = "cpu-c-states.crio.io";
    private static final String BALANCING = "cpu-load-balancing.crio.io/app";
    private static final String SHARED = "cpu-shared.crio.io/app";
    private static final String GOVERNOR = "cpu-freq-governor.crio.io";
    private static final int PATIENCE_MILLIS = 30_000;

    @TempDir
    private Path host;

    private final ContainerId id = ContainerId.random();
    private final ContainerId other = ContainerId.random();
    private PerformanceSettings settings;
    private CpuTuning tuning;
    private List<Path> groups = List.of();
    private boolean unified;

    @BeforeEach
    void prepare() throws IOException {
        write("proc/irq/default_smp_affinity", "ff\n");
        for (var cpu = 0; cpu < 8; cpu++) {
            var folder = "sys/devices/system/cpu/cpu" + cpu;
            write(folder + "/power/pm_qos_resume_latency_us", "0\n");
            write(folder + "/cpufreq/scaling_governor", "powersave\n");
            write(folder + "/cpufreq/scaling_available_governors", "performance powersave\n");
            write(folder + "/topology/thread_siblings_list", (cpu & ~1) + "-" + (cpu | 1) + "\n");
        }
        write("sys/devices/system/cpu/possible", "0-7\n");
        write("irqbalance", "# a comment\nIRQBALANCE_ONESHOT=\nIRQBALANCE_BANNED_CPUS=\"00000001\"\n");
        script("systemctl", "[ $1 = is-enabled ] && echo enabled; echo \"$@\" >> " + host + "/told");
        settings = settings("0,4");
        tuning = tuning();
    }

    private PerformanceSettings settings(String shared) {
        return new PerformanceSettings(
                Optional.of(host.resolve("irqbalance")),
                Optional.of(host.resolve("etc/first")),
                shared,
                List.of(host.resolve("bin")));
    }

    private CpuTuning tuning() {
        return new CpuTuning(host.resolve("records"), host.resolve("proc"), host.resolve("sys"), settings);
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(host.resolve(file).getParent());
        Files.writeString(host.resolve(file), text);
    }

    private void script(String name, String text) throws IOException {
        write("bin/" + name, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(host.resolve("bin/" + name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String read(String file) throws IOException {
        return Files.readString(host.resolve(file)).strip();
    }

    private String ofCpu(int cpu, String file) throws IOException {
        return read("sys/devices/system/cpu/cpu" + cpu + "/" + file);
    }

    private void begin(ContainerId container, CpuWishes wishes) throws IOException, InterruptedException {
        tuning.begin(container, wishes, new CpusetGroups(groups, unified));
    }

    private CpuWishes wanted(String cpus, String... annotations) {
        return wanted(ALLOWING, "/kubepods/pod1", 2048, cpus, annotations);
    }

    private CpuWishes wanted(HandlerRules rules, String parent, long shares, String cpus, String... annotations) {
        var config = PodSandboxConfig.newBuilder();
        for (var i = 0; i < annotations.length; i += 2) {
            config.putAnnotations(annotations[i], annotations[i + 1]);
        }
        var pod = new PodRecord(
                PodId.random(),
                config.build(),
                "h",
                Instant.EPOCH,
                new PodPlace(Map.of(), parent, "", OwnProcess.NONE, ""),
                new PodState.Ready(List.of()));
        var resources = LinuxContainerResources.newBuilder()
                .setCpuShares(shares)
                .setCpusetCpus(cpus)
                .build();
        return CpuWishes.of(pod, "app", resources, rules, settings);
    }

    @Test
    void itsProcessorsServeNoInterruptsWhileItRunsAndIrqbalanceIsTold() throws Exception {
        begin(id, wanted("2-3", IRQ, "disable"));
        assertEquals("000000f3", read("proc/irq/default_smp_affinity"));
        assertEquals("# a comment\nIRQBALANCE_ONESHOT=\nIRQBALANCE_BANNED_CPUS=\"0000000c\"", read("irqbalance"));
        assertEquals("is-enabled irqbalance\nrestart irqbalance", read("told"));

        tuning.end(id);
        tuning.end(id);
        assertEquals("000000ff", read("proc/irq/default_smp_affinity"));
        assertTrue(read("irqbalance").endsWith("IRQBALANCE_BANNED_CPUS=\"00000000\""));
        awaitLines("told", 4);
        assertNothingIsRecorded();
    }

    @Test
    void withoutAServiceIrqbalanceRunsOnceWithTheMask() throws Exception {
        script("systemctl", "exit 1");
        script("irqbalance", "echo \"$@\" $IRQBALANCE_BANNED_CPUS >> " + host + "/ran");
        begin(id, wanted("7", IRQ, "true"));
        assertEquals("--oneshot 00000080", read("ran"));
    }

    @Test
    void aFailingIrqbalanceKeepsNoContainerFromStarting() throws Exception {
        script("systemctl", "[ $1 = is-enabled ] && echo enabled || exit 7");
        begin(id, wanted("2-3", IRQ, "disable"));
        assertEquals("000000f3", read("proc/irq/default_smp_affinity"));
    }

    @Test
    void forHousekeepingTheFirstCoreGoesOnServing() throws Exception {
        var wanted = wanted("3-6", IRQ, "housekeeping");
        assertEquals("3", tuning.variables(wanted).getFirst().getValue().toStringUtf8());
        begin(id, wanted);
        assertEquals("0000008f", read("proc/irq/default_smp_affinity"));
        var two = wanted("4-6", IRQ, "housekeeping");
        assertEquals("4-5", tuning.variables(two).getFirst().getValue().toStringUtf8());
        assertEquals(List.of(), tuning.variables(wanted("4-6", IRQ, "disable")));
    }

    @Test
    void sleepAndGovernorAreItsOwnWhileItRuns() throws Exception {
        write("sys/devices/system/cpu/cpu3/power/pm_qos_resume_latency_us", "70\n");
        begin(id, wanted("2-3", SLEEP, "disable", GOVERNOR, "performance"));
        for (var cpu : List.of(2, 3)) {
            assertEquals("n/a", ofCpu(cpu, "power/pm_qos_resume_latency_us"));
            assertEquals("performance", ofCpu(cpu, "cpufreq/scaling_governor"));
        }
        assertEquals("0", ofCpu(1, "power/pm_qos_resume_latency_us"));
        tuning.end(id);
        assertEquals("0", ofCpu(2, "power/pm_qos_resume_latency_us"));
        assertEquals("70", ofCpu(3, "power/pm_qos_resume_latency_us"));
        assertEquals("powersave", ofCpu(3, "cpufreq/scaling_governor"));
        assertEquals("ff", read("proc/irq/default_smp_affinity"));
        assertNothingIsRecorded();
    }

    @Test
    void whatTwoContainersChangedIsPutBackWhenTheSecondEnds() throws Exception {
        begin(id, wanted("2-3", IRQ, "disable", SLEEP, "max_latency:10"));
        begin(other, wanted("3-4", IRQ, "disable", SLEEP, "disable"));
        tuning.end(id);
        assertEquals("000000e7", read("proc/irq/default_smp_affinity"));
        assertEquals("0", ofCpu(2, "power/pm_qos_resume_latency_us"));
        assertEquals("n/a", ofCpu(3, "power/pm_qos_resume_latency_us"));
        tuning.end(other);
        assertEquals("000000ff", read("proc/irq/default_smp_affinity"));
        assertEquals("0", ofCpu(3, "power/pm_qos_resume_latency_us"));
    }

    @Test
    void whatEndedWhileNobodyWatchedIsPutBackAtTheNextStart() throws Exception {
        begin(id, wanted("2-3", IRQ, "disable", GOVERNOR, "performance"));
        begin(other, wanted("5", IRQ, "disable"));
        tuning().recover(other::equals);
        assertEquals("000000df", read("proc/irq/default_smp_affinity"));
        assertEquals("powersave", ofCpu(2, "cpufreq/scaling_governor"));
        assertTrue(Files.notExists(host.resolve("etc/first")), "no reboot");
    }

    @Test
    void aCrashWhileItIsWrittenDownHasChangedNothing() throws Exception {
        begin(id, wanted("2-3", IRQ, "disable", SLEEP, "disable"));
        var whole = read("records/" + id);
        tuning.end(id);
        for (var length = 0; length < whole.length(); length++) {
            write("records/" + id, whole.substring(0, length));
            tuning().recover(_ -> false);
            assertEquals("000000ff", read("proc/irq/default_smp_affinity"));
            assertNothingIsRecorded();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2-\n/proc 1\nend\n", "2\nonefield\nend\n", "2\n\0 x\nend\n", "\u00ff\nend\n"})
    void aDamagedRecordCostsWhatItSaidAndNothingElse(String record) throws Exception {
        begin(other, wanted("4", IRQ, "disable"));
        Files.writeString(host.resolve("records/" + other), record, StandardCharsets.ISO_8859_1);
        tuning = tuning();
        tuning.recover(other::equals);
        begin(id, wanted("2-3", IRQ, "disable"));
        tuning.end(id);
        tuning.end(other);
        awaitLines("told", 6);
        assertNothingIsRecorded();
        assertEquals("000000ef", read("proc/irq/default_smp_affinity"));
    }

    @Test
    void aStartThatFailsHalfWayIsTakenBack() throws Exception {
        Files.delete(host.resolve("sys/devices/system/cpu/cpu3/cpufreq/scaling_governor"));
        assertThrows(
                IOException.class,
                () -> begin(id, wanted("2-3", IRQ, "disable", SLEEP, "disable", GOVERNOR, "performance")));
        tuning.end(id);
        assertEquals("0", ofCpu(2, "power/pm_qos_resume_latency_us"));
        assertEquals("ff", read("proc/irq/default_smp_affinity"));
        var failure = assertThrows(IOException.class, () -> begin(id, wanted("2", GOVERNOR, "ondemand")));
        assertEquals("processor 2 has no governor ondemand", failure.getMessage());
    }

    @Test
    void afterARebootTheFirstSettingsOfIrqbalanceAreBack() throws Exception {
        tuning.recover(_ -> false);
        assertEquals("00000001", read("etc/first"));
        begin(id, wanted("2-3", IRQ, "disable"));
        write("proc/irq/default_smp_affinity", "ff\n");
        Files.delete(host.resolve("records/" + id));
        tuning().recover(_ -> false);
        assertTrue(read("irqbalance").endsWith("IRQBALANCE_BANNED_CPUS=\"00000001\""));
        awaitLines("told", 4);
    }

    @Test
    void onlyAContainerWithWholeProcessorsOfItsOwnIsHeardWhereItsHandlerAllowsIt() throws Exception {
        var asked = new String[] {IRQ, "disable", SLEEP, "disable", "cpu-quota.crio.io", "disable"};
        var before = read("proc/irq/default_smp_affinity");
        for (var unheard : List.of(
                wanted(HandlerRules.NONE, "/kubepods/pod1", 2048, "2-3", asked),
                wanted(ALLOWING, "/kubepods/burstable/pod1", 2048, "2-3", asked),
                wanted(ALLOWING, "kubepods-besteffort-pod1.slice", 2048, "2-3", asked),
                wanted(ALLOWING, "/kubepods/pod1", 1536, "2-3", asked),
                wanted(ALLOWING, "/kubepods/pod1", 0, "2-3", asked),
                wanted(ALLOWING, "/kubepods/pod1", 2048, "", asked),
                wanted("2-3", IRQ + "/others", "disable", SLEEP + "/app", "disable"))) {
            begin(id, unheard);
            assertTrue(!unheard.withoutQuota());
        }
        assertEquals(before, read("proc/irq/default_smp_affinity"));
        assertNothingIsRecorded();
        assertTrue(wanted("2-3", "cpu-quota.crio.io/app", "disable").withoutQuota());
        assertTrue(wanted("2-3", IRQ + "/app", "x", IRQ, "disable").interrupts() == CpuWishes.Interrupts.AS_THEY_ARE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_latency:0", "max_latency:", "max_latency:-1", "max_latency:99999999999", "no", ""})
    void aValueThatMeansNothingIsRefused(String value) {
        assertThrows(Invalid.class, () -> wanted("2-3", SLEEP, value));
        assertThrows(Invalid.class, () -> wanted("2-3", GOVERNOR, "a b"));
        assertThrows(Invalid.class, () -> wanted("2-3", GOVERNOR, "../x"));
        assertThrows(Invalid.class, () -> wanted("2-99999", GOVERNOR, "performance"));
    }

    @Test
    void whatCantBePutBackIsTriedAgainAtTheNextStart() throws Exception {
        begin(id, wanted("2-3", GOVERNOR, "performance"));
        Files.delete(host.resolve("sys/devices/system/cpu/cpu3/cpufreq/scaling_governor"));
        tuning.end(id);
        assertTrue(Files.exists(host.resolve("records/" + id)));
        write("sys/devices/system/cpu/cpu3/cpufreq/scaling_governor", "performance\n");
        tuning().recover(_ -> false);
        assertEquals("powersave", ofCpu(3, "cpufreq/scaling_governor"));
        assertNothingIsRecorded();
    }

    /// Control groups of v2, as the kernel and a runtime make them.
    private void unifiedGroups() throws IOException {
        unified = true;
        write("sys/devices/system/cpu/online", "0-6\n");
        var folders = new ArrayList<Path>();
        for (var group : List.of("kubepods", "kubepods/pod1", "kubepods/pod1/crio-a")) {
            write(group + "/cpuset.cpus", group.endsWith("crio-a") ? "2-3\n" : "\n");
            write(group + "/cpuset.cpus.exclusive", "\n");
            write(group + "/cpuset.cpus.partition", "member\n");
            write(group + "/cgroup.subtree_control", "cpu\n");
            folders.add(host.resolve(group));
        }
        groups = folders;
    }

    @Test
    void withoutBalancingEachGroupAboveHandsTheProcessorsDownAndTheContainersIsAPartition() throws Exception {
        unifiedGroups();
        write("kubepods/cpuset.cpus", "1-6\n");
        write("kubepods/cpuset.cpus.exclusive", "5\n");
        begin(id, wanted("2-3", BALANCING, "disable"));
        assertEquals("2-3,5", read("kubepods/cpuset.cpus.exclusive"));
        assertEquals("1-6", read("kubepods/cpuset.cpus"));
        assertEquals("2-3", read("kubepods/pod1/cpuset.cpus.exclusive"));
        assertEquals("0-6", read("kubepods/pod1/cpuset.cpus"));
        assertEquals("2-3", read("kubepods/pod1/crio-a/cpuset.cpus.exclusive"));
        assertEquals("isolated", read("kubepods/pod1/crio-a/cpuset.cpus.partition"));

        tuning().recover(id::equals);
        assertEquals("isolated", read("kubepods/pod1/crio-a/cpuset.cpus.partition"));
        tuning().recover(_ -> false);
        assertEquals("member", read("kubepods/pod1/crio-a/cpuset.cpus.partition"));
        assertEquals("", read("kubepods/pod1/crio-a/cpuset.cpus.exclusive"));
        assertEquals("5", read("kubepods/cpuset.cpus.exclusive"));
        assertNothingIsRecorded();
    }

    @Test
    void whatTheLastOneOfTwoHandsBackIsItsOwnAlsoWhereItsGroupIsGone() throws Exception {
        unifiedGroups();
        begin(id, wanted("2-3", BALANCING, "disable"));
        begin(other, wanted("5-6", BALANCING, "true"));
        assertEquals("2-3,5-6", read("kubepods/cpuset.cpus.exclusive"));
        for (var file :
                List.of("cpuset.cpus", "cpuset.cpus.exclusive", "cpuset.cpus.partition", "cgroup.subtree_control")) {
            Files.delete(host.resolve("kubepods/pod1/crio-a/" + file));
        }
        Files.delete(host.resolve("kubepods/pod1/crio-a"));
        tuning.end(id);
        assertEquals("5-6", read("kubepods/cpuset.cpus.exclusive"));
        tuning.end(other);
        assertEquals("", read("kubepods/cpuset.cpus.exclusive"));
        assertNothingIsRecorded();
    }

    @Test
    void whatCantBeIsolatedFailsTheStartAndIsTakenBack() throws Exception {
        unifiedGroups();
        Files.delete(host.resolve("kubepods/pod1/cpuset.cpus.exclusive"));
        var failure = assertThrows(IOException.class, () -> begin(id, wanted("2-3", BALANCING, "disable")));
        assertTrue(failure.getMessage().startsWith("this kernel takes no processors out"), failure::getMessage);
        assertNothingIsRecorded();

        unifiedGroups();
        var partition = host.resolve("kubepods/pod1/crio-a/cpuset.cpus.partition");
        Files.delete(partition);
        Files.createSymbolicLink(partition, Path.of("/dev/null")); // reads as something else than was written
        var refused = assertThrows(IOException.class, () -> begin(id, wanted("2-3", BALANCING, "disable")));
        assertTrue(refused.getMessage().startsWith("processors 2-3 can't be isolated"), refused::getMessage);
        tuning.end(id);
        assertEquals("", read("kubepods/cpuset.cpus.exclusive"));
    }

    @Test
    void sharedProcessorsComeBesideItsOwn() throws Exception {
        unifiedGroups();
        var wanted = wanted("2-4", SHARED, "enable", BALANCING, "disable");
        assertEquals("0,2-4", wanted.cpusWithShared());
        assertEquals("0,4", wanted.sharedCpus());
        assertTrue(wanted.withoutQuota());
        var variables = tuning.variables(wanted);
        assertEquals("OPENSHIFT_ISOLATED_CPUS", variables.getFirst().getKey());
        assertEquals("2-3", variables.getFirst().getValue().toStringUtf8());
        assertEquals("OPENSHIFT_SHARED_CPUS", variables.getLast().getKey());
        assertEquals("0,4", variables.getLast().getValue().toStringUtf8());

        // The kernel makes the files of a new group.
        var child = "kubepods/pod1/crio-a/" + Partition.CHILD;
        write(child + "/cpuset.cpus", "\n");
        write(child + "/cpuset.cpus.exclusive", "\n");
        write(child + "/cpuset.cpus.partition", "member\n");
        begin(id, wanted);
        assertEquals("+cpu +cpuset", read("kubepods/pod1/crio-a/cgroup.subtree_control"));
        assertEquals("2-3", read(child + "/cpuset.cpus"));
        assertEquals("isolated", read(child + "/cpuset.cpus.partition"));
        assertEquals("member", read("kubepods/pod1/crio-a/cpuset.cpus.partition"));
        tuning.end(id);
        assertEquals("member", read(child + "/cpuset.cpus.partition"));
        assertEquals("", read("kubepods/pod1/crio-a/cpuset.cpus.exclusive"));
    }

    @Test
    void sharedProcessorsThatAreNotThereAreRefused() {
        assertThrows(Invalid.class, () -> wanted("0,4", SHARED, "enable"));
        settings = settings("");
        assertThrows(Invalid.class, () -> wanted("2-3", SHARED, "enable"));
        assertEquals(
                "",
                wanted("2-3", SHARED, "yes", "cpu-shared.crio.io/other", "enable")
                        .cpusWithShared());
        assertThrows(IllegalArgumentException.class, () -> settings("99999"));
    }

    @Test
    void onV1OnlyTheContainersGroupIsLeftOutOfTheBalancing() throws Exception {
        for (var group : List.of("kubepods", "kubepods/crio-a")) {
            write(group + "/cpuset.sched_load_balance", "1\n");
        }
        groups = List.of(host.resolve("kubepods"), host.resolve("kubepods/crio-a"));
        begin(id, wanted("2-3", BALANCING, "disable"));
        assertEquals("1", read("kubepods/cpuset.sched_load_balance"));
        assertEquals("0", read("kubepods/crio-a/cpuset.sched_load_balance"));
        write("kubepods/crio-a/cpuset.sched_load_balance", "1\n");
        tuning.leaveOut(new CpusetGroups(groups, false));
        assertEquals("0", read("kubepods/crio-a/cpuset.sched_load_balance"));
    }

    private void assertNothingIsRecorded() throws IOException {
        if (Files.exists(host.resolve("records"))) {
            try (var records = Files.list(host.resolve("records"))) {
                assertEquals(List.of(), records.toList());
            }
        }
    }

    private void awaitLines(String file, int lines) throws Exception {
        for (var waited = 0; read(file).lines().count() < lines; waited++) {
            assertTrue(waited < PATIENCE_MILLIS, () -> file + " has not " + lines + " lines");
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }
}
