package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.api.nri.CDIDevice;
import dev.carafe.api.nri.ContainerAdjustment;
import dev.carafe.api.nri.ContainerEviction;
import dev.carafe.api.nri.ContainerRequest;
import dev.carafe.api.nri.ContainerUpdate;
import dev.carafe.api.nri.CreateContainerResponse;
import dev.carafe.api.nri.Empty;
import dev.carafe.api.nri.Event;
import dev.carafe.api.nri.IOPrioClass;
import dev.carafe.api.nri.KeyValue;
import dev.carafe.api.nri.LinuxCPU;
import dev.carafe.api.nri.LinuxContainerAdjustment;
import dev.carafe.api.nri.LinuxContainerUpdate;
import dev.carafe.api.nri.LinuxDevice;
import dev.carafe.api.nri.LinuxIOPriority;
import dev.carafe.api.nri.LinuxMemory;
import dev.carafe.api.nri.LinuxResources;
import dev.carafe.api.nri.Mount;
import dev.carafe.api.nri.OptionalInt64;
import dev.carafe.api.nri.OptionalString;
import dev.carafe.api.nri.OptionalUInt64;
import dev.carafe.api.nri.POSIXRlimit;
import dev.carafe.api.nri.UpdateContainerRequest;
import dev.carafe.api.nri.UpdateContainerResponse;
import dev.carafe.api.nri.UpdateContainersRequest;
import dev.carafe.api.nri.UpdatePodSandboxRequest;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.PodSandboxStatusRequest;
import dev.carafe.cri.v1.RemoveContainerRequest;
import dev.carafe.cri.v1.UpdateContainerResourcesRequest;
import dev.carafe.cri.v1.UpdatePodSandboxResourcesRequest;
import dev.carafe.nri.TestPlugin;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// NRI plugins, connected and started by the daemon, in the life of real pods.
@Tag("system")
class NriTest {
    private static final long MEMORY = 96L << 20;

    private static TestPlugin connected(Stage stage) throws Exception {
        return TestPlugin.connected(stage.host().work().resolve("nri.sock"));
    }

    private static void register(TestPlugin plugin, String index, String name, Event... events) throws Exception {
        plugin.register(index, name, events);
        Await.until(
                "the synchronization of plugin " + name, () -> plugin.calls().contains("Synchronize"));
    }

    private static void remove(Stage stage, String container) {
        stage.daemon()
                .runtime()
                .removeContainer(RemoveContainerRequest.newBuilder()
                        .setContainerId(container)
                        .build());
    }

    private static CreateContainerResponse adjusting(ContainerAdjustment.Builder adjustment) {
        return CreateContainerResponse.newBuilder().setAdjust(adjustment).build();
    }

    private static LinuxResources memory(long limit) {
        return LinuxResources.newBuilder()
                .setMemory(LinuxMemory.newBuilder()
                        .setLimit(OptionalInt64.newBuilder().setValue(limit)))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void aContainerIsWhatPluginsMakeOfItAndTheyAreToldOfItsWholeLife(String runtime) throws Exception {
        try (var stage = Stage.set(runtime);
                var plugin = connected(stage)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var data = Files.writeString(stage.host().work().resolve("data"), "of the plugin");
            plugin.on("CreateContainer", _ -> adjusting(everything(data)));
            register(plugin, "10", "all");
            var config = cri.pod("nri");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, Cri.container("a", stage.busybox(), "sleep", "1000"));
            var shown = "cat /plugin/data; echo; echo $ADDED; stat -c %t:%T /dev/plugged; ulimit -n;"
                    + " tr '\\0' ' ' </proc/1/cmdline";
            assertEquals(
                    "of the plugin\nyes\n1:3\n777\nsleep 2000 ",
                    cri.exec(container, "sh", "-c", shown).getStdout().toStringUtf8());
            var limits = cri.status(container).getResources().getLinux();
            assertEquals(MEMORY, limits.getMemoryLimitInBytes());
            assertEquals(77, limits.getCpuShares());
            cri.stop(container, 0);
            remove(stage, container);
            cri.removePod(pod);
            assertEquals(
                    List.of(
                            "Configure",
                            "Synchronize",
                            "RunPodSandbox",
                            "CreateContainer",
                            "PostCreateContainer",
                            "StartContainer",
                            "PostStartContainer",
                            "StopContainer",
                            "RemoveContainer",
                            "StopPodSandbox",
                            "RemovePodSandbox"),
                    plugin.calls());
            stage.assertNothingIsLeft();
        }
    }

    private static ContainerAdjustment.Builder everything(Path data) {
        return ContainerAdjustment.newBuilder()
                .addEnv(KeyValue.newBuilder().setKey("ADDED").setValue("yes"))
                .addMounts(Mount.newBuilder()
                        .setSource(data.toString())
                        .setDestination("/plugin/data")
                        .setType("bind")
                        .addOptions("bind")
                        .addOptions("ro"))
                .addRlimits(POSIXRlimit.newBuilder()
                        .setType("RLIMIT_NOFILE")
                        .setHard(777)
                        .setSoft(777))
                .addAllArgs(List.of("sleep", "2000"))
                .setLinux(LinuxContainerAdjustment.newBuilder()
                        .addDevices(LinuxDevice.newBuilder()
                                .setPath("/dev/plugged")
                                .setType("c")
                                .setMajor(1)
                                .setMinor(3))
                        .setResources(memory(MEMORY).toBuilder()
                                .setCpu(LinuxCPU.newBuilder()
                                        .setShares(OptionalUInt64.newBuilder().setValue(77)))));
    }

    @Test
    void whatPluginsRefuseOrAreAtOddsAboutFailsTheCreationAndLeavesNothing() throws Exception {
        try (var stage = Stage.set("runc");
                var first = connected(stage);
                var second = connected(stage)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            first.on(
                    "CreateContainer",
                    _ -> adjusting(ContainerAdjustment.newBuilder().addArgs("true")));
            second.on(
                    "CreateContainer",
                    _ -> adjusting(ContainerAdjustment.newBuilder().addArgs("false")));
            register(first, "10", "first", Event.CREATE_CONTAINER, Event.REMOVE_CONTAINER);
            register(second, "20", "second", Event.CREATE_CONTAINER);
            var config = cri.pod("odds");
            var pod = cri.run(config);
            var request = Cri.container("a", stage.busybox(), "sleep", "1000");
            var odds = assertThrows(StatusRuntimeException.class, () -> cri.create(pod, config, request));
            assertTrue(odds.getMessage().contains("NRI plugins 10-first and 20-second both set args"), odds::toString);
            assertTrue(first.calls().contains("RemoveContainer"), "the first is told that it is not made");

            second.on("CreateContainer", _ -> {
                throw new IllegalStateException("not on this node");
            });
            var refused = assertThrows(StatusRuntimeException.class, () -> cri.create(pod, config, request));
            assertTrue(
                    refused.getMessage().contains("NRI plugin 20-second refuses CreateContainer: not on this node"),
                    refused::toString);

            second.on(
                    "CreateContainer",
                    _ -> adjusting(ContainerAdjustment.newBuilder()
                            .setLinux(LinuxContainerAdjustment.newBuilder()
                                    .setIoPriority(
                                            LinuxIOPriority.newBuilder().setClass_(IOPrioClass.IOPRIO_CLASS_IDLE)))));
            var unknown = assertThrows(StatusRuntimeException.class, () -> cri.create(pod, config, request));
            assertEquals(Status.Code.UNIMPLEMENTED, unknown.getStatus().getCode(), unknown::toString);
            assertTrue(
                    unknown.getMessage().contains("\"runc\" does not say that it knows [process.ioPriority]"),
                    unknown::toString);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void devicesAndClassesOfTheNodeAreThoseThatPluginsName() throws Exception {
        try (var stage = Stage.set("runc")) {
            var work = stage.host().work();
            var disk = disk();
            var devices = Files.createDirectory(work.resolve("cdi"));
            Files.writeString(devices.resolve("acme.json"), """
                    {"cdiVersion": "0.6.0", "kind": "acme.example/gpu", "devices": [{"name": "0",
                     "containerEdits": {"env": ["ACME=yes"], "deviceNodes": [{"path": "/dev/acme", "hostPath": "/dev/null"}]}}]}
                    """);
            var classes = Files.writeString(
                    work.resolve("classes.yaml"),
                    "Classes: {slow: [{Devices: [%s], ThrottleReadBps: 5M}]}".formatted(disk));
            stage.host().configure("crio.runtime", "cdi_spec_dirs = [\"" + devices + "\"]");
            stage.host().configure("crio.runtime", "blockio_config_file = \"" + classes + "\"");
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            try (var plugin = connected(stage)) {
                register(plugin, "10", "names", Event.CREATE_CONTAINER);
                var config = cri.pod("names");
                var pod = cri.run(config);
                plugin.on("CreateContainer", _ -> adjusting(named("acme.example/gpu=0", "slow")));
                var container = cri.createAndStart(pod, config, Cri.container("a", stage.busybox(), "sleep", "1000"));
                var throttle = "cat /sys/fs/cgroup/io.max 2>/dev/null || cat"
                        + " /sys/fs/cgroup/blkio/blkio.throttle.read_bps_device";
                var output = cri.exec(container, "sh", "-c", "echo $ACME; stat -c %t:%T /dev/acme; " + throttle)
                        .getStdout()
                        .toStringUtf8();
                assertTrue(output.startsWith("yes\n1:3\n"), output);
                var number = Files.readString(
                        Path.of("/sys/block").resolve(disk.getFileName()).resolve("dev"));
                assertTrue(output.contains(number.strip() + " ") && output.contains("5000000"), output);

                var other = Cri.container("b", stage.busybox(), "sleep", "1000");
                plugin.on("CreateContainer", _ -> adjusting(named("acme.example/gpu=1", "slow")));
                assertRefused("there is no device acme.example/gpu=1", () -> cri.create(pod, config, other));
                plugin.on("CreateContainer", _ -> adjusting(named("acme.example/gpu=0", "fast")));
                assertRefused("blockio_class: there is no class fast", () -> cri.create(pod, config, other));
                cri.removePod(pod);
            }
            stage.assertNothingIsLeft();
        }
    }

    private static ContainerAdjustment.Builder named(String device, String blockIoClass) {
        return ContainerAdjustment.newBuilder()
                .addCdiDevices(CDIDevice.newBuilder().setName(device))
                .setLinux(LinuxContainerAdjustment.newBuilder()
                        .setResources(LinuxResources.newBuilder()
                                .setBlockioClass(OptionalString.newBuilder().setValue(blockIoClass))));
    }

    private static Path disk() throws IOException {
        try (var disks = Files.list(Path.of("/sys/block"))) {
            return disks.map(disk -> Path.of("/dev").resolve(disk.getFileName()))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void assertRefused(String why, Executable call) {
        var refused = assertThrows(StatusRuntimeException.class, call);
        assertTrue(refused.getMessage().contains(why), refused::toString);
    }

    @Test
    void whatAPodMayUseIsTakenDownUnlessAPluginRefuses() throws Exception {
        try (var stage = Stage.set("runc");
                var plugin = connected(stage)) {
            var cri = stage.cri();
            var asked = new AtomicReference<UpdatePodSandboxRequest>();
            plugin.on("UpdatePodSandbox", request -> {
                asked.set(UpdatePodSandboxRequest.parseFrom(request));
                return Empty.getDefaultInstance();
            });
            register(plugin, "10", "resources", Event.UPDATE_POD_SANDBOX, Event.POST_UPDATE_POD_SANDBOX);
            var pod = cri.run(cri.pod("resources"));
            update(stage, pod, MEMORY, 111);
            assertEquals(pod, asked.get().getPod().getId());
            assertEquals(
                    MEMORY,
                    asked.get()
                            .getOverheadLinuxResources()
                            .getMemory()
                            .getLimit()
                            .getValue());
            assertEquals(
                    111, asked.get().getLinuxResources().getCpu().getShares().getValue());
            assertEquals("PostUpdatePodSandbox", plugin.calls().getLast());
            plugin.on("UpdatePodSandbox", _ -> {
                throw new IllegalStateException("not on this node");
            });
            assertRefused(
                    "NRI plugin 10-resources refuses UpdatePodSandbox: not on this node",
                    () -> update(stage, pod, MEMORY, 222));
            var info = stage.daemon()
                    .runtime()
                    .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                            .setPodSandboxId(pod)
                            .setVerbose(true)
                            .build())
                    .getInfoOrThrow("info");
            assertTrue(info.contains("\"cpuShares\":111"), info);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static void update(Stage stage, String pod, long overhead, long shares) {
        var _ = stage.daemon()
                .runtime()
                .updatePodSandboxResources(UpdatePodSandboxResourcesRequest.newBuilder()
                        .setPodSandboxId(pod)
                        .setOverhead(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(overhead))
                        .setResources(LinuxContainerResources.newBuilder().setCpuShares(shares))
                        .build());
    }

    @Test
    void limitsChangeAsPluginsWantAndContainersAreEvicted() throws Exception {
        try (var stage = Stage.set("runc");
                var plugin = connected(stage)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            register(plugin, "10", "limits");
            var config = cri.pod("limits");
            var pod = cri.run(config);
            var one = cri.createAndStart(pod, config, Cri.container("one", stage.busybox(), "sleep", "1000"));
            var other = cri.createAndStart(pod, config, Cri.container("other", stage.busybox(), "sleep", "1000"));
            plugin.on("UpdateContainer", request -> {
                var asked = UpdateContainerRequest.parseFrom(request).getLinuxResources();
                return UpdateContainerResponse.newBuilder()
                        .addUpdate(update(one, 2 * asked.getMemory().getLimit().getValue()))
                        .addUpdate(update(other, MEMORY))
                        .build();
            });
            stage.daemon()
                    .runtime()
                    .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                            .setContainerId(one)
                            .setLinux(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(MEMORY))
                            .build());
            assertEquals(2 * MEMORY, memoryOf(cri, one));
            assertEquals(MEMORY, memoryOf(cri, other));

            plugin.update(UpdateContainersRequest.newBuilder()
                    .addUpdate(update(one, MEMORY))
                    .addEvict(ContainerEviction.newBuilder().setContainerId(other))
                    .build());
            assertEquals(MEMORY, memoryOf(cri, one));
            assertEquals(ContainerState.CONTAINER_EXITED, cri.status(other).getState());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static ContainerUpdate update(String container, long memory) {
        return ContainerUpdate.newBuilder()
                .setContainerId(container)
                .setLinux(LinuxContainerUpdate.newBuilder().setResources(memory(memory)))
                .build();
    }

    private static long memoryOf(Cri cri, String container) {
        return cri.status(container).getResources().getLinux().getMemoryLimitInBytes();
    }

    @Test
    void theDaemonStartsPluginsWithTheirConfigurationAndTellsThemWhatThereIs() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("launched");
            var pod = cri.run(config);
            var before = cri.createAndStart(pod, config, Cri.container("a", stage.busybox(), "sleep", "1000"));
            var folder = Files.createDirectory(stage.host().work().resolve("nri-plugins"));
            var program = folder.resolve("15-launched");
            Files.writeString(
                    program,
                    "#!/bin/sh\nexec " + System.getProperty("java.home") + "/bin/java -cp "
                            + System.getProperty("java.class.path") + " dev.carafe.system.LaunchedPlugin <&3\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            var broken = Files.writeString(folder.resolve("20-broken"), "#!/bin/sh\nexit 1\n");
            Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwxr-xr-x"));
            var configurations = Files.createDirectory(stage.host().work().resolve("nri-conf"));
            Files.writeString(configurations.resolve("launched.conf"), "configured");
            stage.restart();
            var again = stage.cri();
            var container = again.createAndStart(pod, config, Cri.container("b", stage.busybox(), "sleep", "1000"));
            assertEquals(
                    "configured\n",
                    again.exec(container, "sh", "-c", "echo $LAUNCHED")
                            .getStdout()
                            .toStringUtf8());
            assertTrue(TestDaemon.logOf(stage.host()).contains("20-broken is let go of"));
            try (var late = connected(stage)) {
                register(late, "30", "late", Event.REMOVE_CONTAINER);
                var told = late.synchronizations().getFirst();
                assertEquals(2, told.getContainersCount());
                remove(stage, before);
                assertTrue(late.calls().contains("RemoveContainer"));
            }
            again.removePod(pod);
            stage.daemon().close();
            assertEquals(
                    List.of(),
                    stage.host().leftovers(0).stream()
                            .filter(left -> left.contains("LaunchedPlugin"))
                            .toList());
            stage.start();
        }
    }

    @Test
    void whatAPluginSeesOfAContainerIsWhatItIs() throws Exception {
        try (var stage = Stage.set("runc");
                var plugin = connected(stage)) {
            var cri = stage.cri();
            var image = cri.pull(stage.busybox());
            var seen = new AtomicReference<ContainerRequest>();
            plugin.on("PostStartContainer", request -> {
                seen.set(ContainerRequest.parseFrom(request));
                return Empty.getDefaultInstance();
            });
            register(plugin, "10", "seeing");
            var config = cri.pod("seen");
            var pod = cri.run(config);
            var id = cri.createAndStart(pod, config, Cri.container("a", stage.busybox(), "sleep", "1000"));
            var container = seen.get().getContainer();
            assertEquals(id, container.getId());
            assertEquals(dev.carafe.api.nri.ContainerState.CONTAINER_RUNNING, container.getState());
            assertEquals(List.of("sleep", "1000"), container.getArgsList());
            assertEquals("a", container.getLabelsMap().get("container"));
            assertEquals(pod, container.getPodSandboxId());
            assertTrue(container.getPid() > 0);
            assertTrue(container.getMountsList().stream()
                    .anyMatch(mount -> mount.getDestination().equals("/proc")));
            assertTrue(image.contains(container.getImage().getConfigDigest())
                    || container.getImage().getDigest().startsWith("sha256:"));
            assertEquals("seen", seen.get().getPod().getName());
            assertEquals("tests", seen.get().getPod().getNamespace());
            assertEquals(1, seen.get().getPod().getIpsCount());
            cri.removePod(pod);
        }
    }
}
