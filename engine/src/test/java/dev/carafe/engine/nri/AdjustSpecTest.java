package dev.carafe.engine.nri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.api.nri.ContainerAdjustment;
import dev.carafe.api.nri.Hook;
import dev.carafe.api.nri.Hooks;
import dev.carafe.api.nri.IOPrioClass;
import dev.carafe.api.nri.KeyValue;
import dev.carafe.api.nri.LinuxCPU;
import dev.carafe.api.nri.LinuxContainerAdjustment;
import dev.carafe.api.nri.LinuxDevice;
import dev.carafe.api.nri.LinuxIOPriority;
import dev.carafe.api.nri.LinuxMemory;
import dev.carafe.api.nri.LinuxMemoryPolicy;
import dev.carafe.api.nri.LinuxNamespace;
import dev.carafe.api.nri.LinuxNetDevice;
import dev.carafe.api.nri.LinuxPids;
import dev.carafe.api.nri.LinuxRdt;
import dev.carafe.api.nri.LinuxResources;
import dev.carafe.api.nri.LinuxScheduler;
import dev.carafe.api.nri.LinuxSchedulerFlag;
import dev.carafe.api.nri.LinuxSchedulerPolicy;
import dev.carafe.api.nri.LinuxSeccomp;
import dev.carafe.api.nri.LinuxSyscall;
import dev.carafe.api.nri.Mount;
import dev.carafe.api.nri.MpolFlag;
import dev.carafe.api.nri.MpolMode;
import dev.carafe.api.nri.OptionalBool;
import dev.carafe.api.nri.OptionalRepeatedString;
import dev.carafe.api.nri.OptionalString;
import dev.carafe.api.nri.POSIXRlimit;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;
import dev.carafe.engine.spec.ContainerDefaults;
import dev.carafe.engine.spec.HandlerRules;
import dev.carafe.engine.spec.HostFacts;
import dev.carafe.engine.spec.SpecBuilder;
import dev.carafe.engine.spec.TestHostFacts;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.oci.IntelRdt;
import dev.carafe.oci.IoPriority;
import dev.carafe.oci.MemoryPolicy;
import dev.carafe.oci.NetDevice;
import dev.carafe.oci.RuntimeSpec;
import dev.carafe.oci.Scheduler;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdjustSpecTest {
    private static final HostFacts HOST = new TestHostFacts().build();
    private static final HandlerRules RULES =
            new HandlerRules(1 << 20, List.of("io.example.allowed"), Map.of(), false, "", false, false);

    private static RuntimeSpec spec() {
        var process = new RuntimeSpec.Process(
                false,
                null,
                new RuntimeSpec.User(1000, 100, null, List.of()),
                List.of("sleep"),
                List.of("PATH=/bin", "MODE=slow", "HOME=/"),
                "/",
                null,
                List.of(RuntimeSpec.Rlimit.of("RLIMIT_NOFILE", 10, 10)),
                false,
                null,
                null,
                null,
                null,
                null,
                null);
        var mounts = List.of(
                new RuntimeSpec.Mount("/proc", "proc", "proc", null, null, null),
                new RuntimeSpec.Mount("/data", "bind", "/old", List.of("bind"), null, null));
        var resources = new RuntimeSpec.Resources(
                List.of(new RuntimeSpec.DeviceRule(false, null, null, null, "rwm")),
                new RuntimeSpec.Memory(64L << 20, null, 64L << 20),
                new RuntimeSpec.Cpu(512L, 20_000L, 100_000L, "0", null),
                new RuntimeSpec.Pids(100),
                null,
                null,
                Map.of("memory.high", "1"));
        var linux = new RuntimeSpec.Linux(
                null,
                null,
                null,
                resources,
                "/group",
                List.of(new RuntimeSpec.Namespace("mount", null), new RuntimeSpec.Namespace("ipc", "/ipc")),
                List.of(new RuntimeSpec.Device("/dev/a", "c", 1, 3, null, null, null)),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        return new RuntimeSpec(
                "1.0.2",
                process,
                new RuntimeSpec.Root("/root", false),
                null,
                mounts,
                null,
                Map.of("note", "old", "kept", "yes"),
                linux);
    }

    private static PodRecord pod(NamespaceMode network) {
        var config = PodSandboxConfig.newBuilder();
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setNetwork(network);
        return new PodRecord(
                PodId.random(),
                config.build(),
                "runc",
                Instant.EPOCH,
                new PodRecord.PodPlace(Map.of(), "/group", "", PodRecord.OwnProcess.NONE, ""),
                new PodState.Starting());
    }

    private static RuntimeSpec adjusted(ContainerAdjustment.Builder wanted) throws IOException {
        return adjusted(wanted, NamespaceMode.POD);
    }

    private static RuntimeSpec adjusted(ContainerAdjustment.Builder wanted, NamespaceMode network) throws IOException {
        var builder = new SpecBuilder(ContainerDefaults.crio(Map.of("runc", RULES)), HOST);
        return new AdjustSpec(builder, RULES, pod(network), wanted.build()).of(spec());
    }

    private static RuntimeSpec adjusted(LinuxContainerAdjustment.Builder wanted) throws IOException {
        return adjusted(ContainerAdjustment.newBuilder().setLinux(wanted));
    }

    private static KeyValue variable(String key, String value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    @Test
    void nothingAskedForChangesNothing() throws IOException {
        assertEquals(spec(), adjusted(ContainerAdjustment.newBuilder()));
    }

    @Test
    void variablesKeepTheirPlacesOrGo() throws IOException {
        var process = adjusted(ContainerAdjustment.newBuilder()
                        .addEnv(variable("MODE", "fast"))
                        .addEnv(variable("-HOME", ""))
                        .addEnv(variable("NEW", "1")))
                .process();
        assertEquals(List.of("PATH=/bin", "MODE=fast", "NEW=1"), process.env());
        assertThrows(
                Invalid.class, () -> adjusted(ContainerAdjustment.newBuilder().addEnv(variable("A=B", ""))));
    }

    @Test
    void mountsReplaceWhatIsAtTheirPlaceAndComeInOrder() throws IOException {
        var mounts = adjusted(ContainerAdjustment.newBuilder()
                        .addMounts(Mount.newBuilder()
                                .setDestination("/data/deep/er")
                                .setSource("/a"))
                        .addMounts(Mount.newBuilder().setDestination("/data").setSource("/new"))
                        .addMounts(Mount.newBuilder().setDestination("-/proc")))
                .mounts();
        assertEquals(
                List.of("/data /new", "/data/deep/er /a"),
                mounts.stream().map(m -> m.destination() + " " + m.source()).toList());
        var relative = ContainerAdjustment.newBuilder()
                .addMounts(Mount.newBuilder().setDestination("data").setSource("/a"));
        assertThrows(Invalid.class, () -> adjusted(relative));
    }

    @Test
    void aSharedMountMakesTheRootShared() throws IOException {
        var spec = adjusted(ContainerAdjustment.newBuilder()
                .addMounts(Mount.newBuilder()
                        .setDestination("/a")
                        .setSource("/a")
                        .addOptions("rbind")
                        .addOptions("rslave")));
        assertEquals("rslave", spec.linux().rootfsPropagation());
    }

    @Test
    void limitsChangeOneByOneAndTheOthersStay() throws IOException {
        var resources = adjusted(LinuxContainerAdjustment.newBuilder()
                        .setResources(LinuxResources.newBuilder()
                                .setCpu(LinuxCPU.newBuilder()
                                        .setShares(Limits.unsigned(100))
                                        .setMems("0"))
                                .setMemory(LinuxMemory.newBuilder().setReservation(Limits.signed(5)))
                                .setPids(LinuxPids.newBuilder().setLimit(7))
                                .putUnified("memory.max", "2")))
                .linux()
                .resources();
        assertEquals(new RuntimeSpec.Cpu(100L, 20_000L, 100_000L, "0", "0"), resources.cpu());
        assertEquals(new RuntimeSpec.Memory(64L << 20, 5L, 64L << 20), resources.memory());
        assertEquals(new RuntimeSpec.Pids(7), resources.pids());
        assertEquals(Map.of("memory.high", "1", "memory.max", "2"), resources.unified());
    }

    @Test
    void limitsAreHeldToTheRulesOfARequest() {
        var little = LinuxContainerAdjustment.newBuilder()
                .setResources(LinuxResources.newBuilder()
                        .setMemory(LinuxMemory.newBuilder().setLimit(Limits.signed(1000))));
        assertTrue(
                assertThrows(Invalid.class, () -> adjusted(little)).getMessage().contains("container_min_memory"));
        var shares = LinuxContainerAdjustment.newBuilder()
                .setResources(
                        LinuxResources.newBuilder().setCpu(LinuxCPU.newBuilder().setShares(Limits.unsigned(1))));
        assertThrows(Invalid.class, () -> adjusted(shares));
    }

    @Test
    void aDeviceIsThereWithARuleForIt() throws IOException {
        var linux = adjusted(LinuxContainerAdjustment.newBuilder()
                        .addDevices(LinuxDevice.newBuilder().setPath("-/dev/a"))
                        .addDevices(LinuxDevice.newBuilder()
                                .setPath("/dev/b")
                                .setType("b")
                                .setMajor(8)
                                .setMinor(1)))
                .linux();
        assertEquals(
                List.of("/dev/b"),
                linux.devices().stream().map(RuntimeSpec.Device::path).toList());
        assertEquals(
                new RuntimeSpec.DeviceRule(true, "b", 8L, 1L, "rwm"),
                linux.resources().devices().getLast());
    }

    @Test
    void namespacesSeccompAndScoreAreReplaced() throws IOException {
        var spec = adjusted(LinuxContainerAdjustment.newBuilder()
                .addNamespaces(LinuxNamespace.newBuilder().setType("-mount"))
                .addNamespaces(LinuxNamespace.newBuilder().setType("ipc"))
                .setOomScoreAdj(Limits.signed(-5))
                .setSeccompPolicy(LinuxSeccomp.newBuilder()
                        .setDefaultAction("SCMP_ACT_ALLOW")
                        .addSyscalls(LinuxSyscall.newBuilder().addNames("chmod").setAction("SCMP_ACT_ERRNO"))));
        assertEquals(
                List.of(new RuntimeSpec.Namespace("ipc", null)), spec.linux().namespaces());
        assertEquals(-5, spec.process().oomScoreAdj());
        assertEquals("SCMP_ACT_ALLOW", spec.linux().seccomp().defaultAction());
        assertNull(spec.linux().seccomp().defaultErrnoRet());
        assertEquals(
                List.of("chmod"), spec.linux().seccomp().syscalls().getFirst().names());
        var tooMuch = LinuxContainerAdjustment.newBuilder().setOomScoreAdj(Limits.signed(1L << 40));
        assertThrows(Invalid.class, () -> adjusted(tooMuch));
    }

    @Test
    void argumentsRlimitsAndHooksAreTaken() throws IOException {
        var spec = adjusted(ContainerAdjustment.newBuilder()
                .addArgs("cat")
                .addRlimits(POSIXRlimit.newBuilder()
                        .setType("RLIMIT_NOFILE")
                        .setHard(-1)
                        .setSoft(5))
                .setHooks(Hooks.newBuilder()
                        .addCreateRuntime(Hook.newBuilder().setPath("/hook").setTimeout(Limits.signed(3)))));
        assertEquals(List.of("cat"), spec.process().args());
        assertEquals(
                List.of(RuntimeSpec.Rlimit.of("RLIMIT_NOFILE", -1, 5)),
                spec.process().rlimits());
        assertEquals(3, spec.hooks().createRuntime().getFirst().timeout());
        var relative = ContainerAdjustment.newBuilder()
                .setHooks(Hooks.newBuilder().addPoststop(Hook.newBuilder().setPath("hook")));
        assertThrows(IOException.class, () -> adjusted(relative));
    }

    @Test
    void annotationsThatRuntimesActOnAreTheHandlersToAllow() throws IOException {
        var spec = adjusted(
                ContainerAdjustment.newBuilder().putAnnotations("-note", "").putAnnotations("free", "x"));
        assertEquals(Map.of("kept", "yes", "free", "x"), spec.annotations());
        var gated = ContainerAdjustment.newBuilder().putAnnotations("run.oci.handler", "krun");
        assertTrue(
                assertThrows(Invalid.class, () -> adjusted(gated)).getMessage().contains("run.oci.handler"));
    }

    @Test
    void kernelParametersAreThoseOfThePodsNamespaces() throws IOException {
        var wanted = ContainerAdjustment.newBuilder()
                .setLinux(LinuxContainerAdjustment.newBuilder().putSysctl("net.ipv4.ip_forward", "1"));
        assertEquals(
                Map.of("net.ipv4.ip_forward", "1"), adjusted(wanted).linux().sysctl());
        assertThrows(Invalid.class, () -> adjusted(wanted, NamespaceMode.NODE));
    }

    private static LinuxRdt.Builder rdt(String name) {
        return LinuxRdt.newBuilder().setClosId(OptionalString.newBuilder().setValue(name));
    }

    @Test
    void aGroupOfResctrlIsSetAndTakenAway() throws IOException {
        var group = adjusted(LinuxContainerAdjustment.newBuilder()
                        .setRdt(rdt("gold")
                                .setSchemata(OptionalRepeatedString.newBuilder().addValue("L3:0=f"))
                                .setEnableMonitoring(OptionalBool.newBuilder().setValue(true))))
                .linux()
                .intelRdt();
        assertEquals(new IntelRdt("gold", null, null, List.of("L3:0=f"), true), group);
        var removed = LinuxContainerAdjustment.newBuilder()
                .setRdt(LinuxRdt.newBuilder().setRemove(true));
        assertNull(adjusted(removed).linux().intelRdt());
        var silver = LinuxContainerAdjustment.newBuilder().setRdt(rdt("silver").setRemove(true));
        assertEquals(IntelRdt.of("silver"), adjusted(silver).linux().intelRdt());
        var bad = LinuxContainerAdjustment.newBuilder().setRdt(rdt("../a"));
        assertThrows(Invalid.class, () -> adjusted(bad));
        var lines = LinuxContainerAdjustment.newBuilder()
                .setRdt(LinuxRdt.newBuilder()
                        .setSchemata(OptionalRepeatedString.newBuilder().addValue("L3:0=f\n")));
        assertThrows(Invalid.class, () -> adjusted(lines));
    }

    @Test
    void priorityAndSchedulerAreThoseOfTheProcess() throws IOException {
        var process = adjusted(LinuxContainerAdjustment.newBuilder()
                        .setIoPriority(LinuxIOPriority.newBuilder()
                                .setClass_(IOPrioClass.IOPRIO_CLASS_BE)
                                .setPriority(6))
                        .setScheduler(LinuxScheduler.newBuilder()
                                .setPolicy(LinuxSchedulerPolicy.SCHED_DEADLINE)
                                .addFlags(LinuxSchedulerFlag.SCHED_FLAG_RECLAIM)
                                .setRuntime(5)
                                .setPeriod(-1)))
                .process();
        assertEquals(new IoPriority("IOPRIO_CLASS_BE", 6), process.ioPriority());
        assertEquals(
                new Scheduler(
                        "SCHED_DEADLINE",
                        null,
                        null,
                        List.of("SCHED_FLAG_RECLAIM"),
                        BigInteger.valueOf(5),
                        null,
                        new BigInteger("18446744073709551615")),
                process.scheduler());
        var nothing = adjusted(LinuxContainerAdjustment.newBuilder()
                        .setIoPriority(LinuxIOPriority.getDefaultInstance())
                        .setScheduler(LinuxScheduler.getDefaultInstance()))
                .process();
        assertNull(nothing.ioPriority());
        assertNull(nothing.scheduler());
        for (var wanted : List.of(
                LinuxContainerAdjustment.newBuilder()
                        .setIoPriority(LinuxIOPriority.newBuilder()
                                .setClass_(IOPrioClass.IOPRIO_CLASS_BE)
                                .setPriority(8)),
                LinuxContainerAdjustment.newBuilder()
                        .setScheduler(LinuxScheduler.newBuilder().setPolicyValue(99)))) {
            assertThrows(Invalid.class, () -> adjusted(wanted));
        }
    }

    @Test
    void networkDevicesMoveAndMemoryHasItsPolicy() throws IOException {
        var linux = adjusted(LinuxContainerAdjustment.newBuilder()
                        .putNetDevices(
                                "eth1",
                                LinuxNetDevice.newBuilder().setName("net1").build())
                        .putNetDevices("eth2", LinuxNetDevice.getDefaultInstance())
                        .putNetDevices("-eth3", LinuxNetDevice.getDefaultInstance())
                        .setMemoryPolicy(LinuxMemoryPolicy.newBuilder()
                                .setMode(MpolMode.MPOL_BIND)
                                .setNodes("0-1")
                                .addFlags(MpolFlag.MPOL_F_STATIC_NODES)))
                .linux();
        assertEquals(Map.of("eth1", new NetDevice("net1"), "eth2", new NetDevice(null)), linux.movingDevices());
        assertEquals(new MemoryPolicy("MPOL_BIND", "0-1", List.of("MPOL_F_STATIC_NODES")), linux.memoryPolicy());
        var bad = LinuxContainerAdjustment.newBuilder().putNetDevices("a b", LinuxNetDevice.getDefaultInstance());
        assertThrows(Invalid.class, () -> adjusted(bad));
    }

    @Test
    void aClassOfTheNodeIsRefusedWhereThereAreNone() {
        var wanted = LinuxContainerAdjustment.newBuilder()
                .setResources(LinuxResources.newBuilder()
                        .setRdtClass(OptionalString.newBuilder().setValue("gold")));
        var refusal = assertThrows(Invalid.class, () -> adjusted(wanted));
        assertTrue(refusal.getMessage().startsWith("rdt_class: class gold: "), refusal.getMessage());
    }

    @Test
    void whatIsNotBuiltIsRefusedByName() {
        for (var wanted : List.of(
                LinuxContainerAdjustment.newBuilder().setCgroupsPath("/elsewhere"),
                LinuxContainerAdjustment.newBuilder()
                        .setSeccompPolicy(LinuxSeccomp.newBuilder().setListenerPath("/x")),
                LinuxContainerAdjustment.newBuilder()
                        .setResources(LinuxResources.newBuilder()
                                .setCpu(LinuxCPU.newBuilder().setRealtimePeriod(Limits.unsigned(1)))))) {
            assertTrue(assertThrows(Unsupported.class, () -> adjusted(wanted))
                    .getMessage()
                    .startsWith("an NRI plugin sets "));
        }
    }
}
