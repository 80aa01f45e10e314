package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.PodSandboxStatusRequest;
import dev.carafe.cri.v1.UpdateContainerResourcesRequest;
import dev.carafe.cri.v1.UpdatePodSandboxResourcesRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Limits that are changed while a container goes on: what the kernel has, what the daemon shows, and who is refused.
@Tag("system")
class UpdateResourcesTest {
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void theKernelHasTheNewLimitsAndTheStatusShowsThemAlsoAfterACrash(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("update");
            var pod = cri.run(config);
            var container = cri.create(pod, config, limited(stage.busybox(), "sleep", "1000"));
            update(cri, container, LinuxContainerResources.newBuilder().setCpuShares(768));
            cri.start(container);
            assertEquals("768", read(cri, container, "cpu/cpu.shares"));

            update(
                    cri,
                    container,
                    LinuxContainerResources.newBuilder()
                            .setMemoryLimitInBytes(96 * MIB)
                            .setCpuQuota(20_000)
                            .setCpuPeriod(100_000)
                            .setCpusetCpus("0"));
            var expected = LinuxContainerResources.newBuilder()
                    .setMemoryLimitInBytes(96 * MIB)
                    .setCpuShares(768)
                    .setCpuQuota(20_000)
                    .setCpuPeriod(100_000)
                    .setCpusetCpus("0")
                    .build();
            assertKernelHas(expected, cri, container);
            assertEquals(expected, cri.status(container).getResources().getLinux());

            stage.crashAndRestart();
            cri = stage.cri();
            assertEquals(expected, cri.status(container).getResources().getLinux());
            update(cri, container, LinuxContainerResources.newBuilder().setCpuShares(2048));
            assertKernelHas(expected.toBuilder().setCpuShares(2048).build(), cri, container);
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void whatCantBeSetIsRefusedAndLeavesAllLimitsAsTheyWere(String runtime) throws Exception {
        try (var stage = Stage.set(runtime)) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("refuse");
            var pod = cri.run(config);
            var fills = "dd if=/dev/zero of=/dev/shm/x bs=1M count=40 && touch /tmp/full && sleep 1000";
            var container = cri.createAndStart(pod, config, limited(stage.busybox(), "sh", "-c", fills));
            Await.until(
                    "40 MiB",
                    () -> cri.exec(container, "test", "-f", "/tmp/full").getExitCode() == 0);

            var belowUse = LinuxContainerResources.newBuilder()
                    .setMemoryLimitInBytes(16 * MIB)
                    .setCpuShares(4096);
            assertThrows(StatusRuntimeException.class, () -> update(cri, container, belowUse));
            assertKernelHas(limits(), cri, container);
            assertEquals(limits(), cri.status(container).getResources().getLinux());

            var tooLittle = LinuxContainerResources.newBuilder().setMemoryLimitInBytes(1024);
            assertCode(Status.Code.INVALID_ARGUMENT, () -> update(cri, container, tooLittle));
            var badSet = LinuxContainerResources.newBuilder().setCpusetCpus("0-x");
            assertCode(Status.Code.INVALID_ARGUMENT, () -> update(cri, container, badSet));
            var some = LinuxContainerResources.newBuilder().setCpuShares(1024);
            assertCode(Status.Code.NOT_FOUND, () -> update(cri, "nothing", some));
            cri.stop(container, 0);
            assertCode(Status.Code.FAILED_PRECONDITION, () -> update(cri, container, some));
            assertEquals(limits(), cri.status(container).getResources().getLinux());
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void anUpdateBesideAStopIsMadeOrRefusedAndHoldsNothingUp() throws Exception {
        try (var stage = Stage.set("runc");
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("both");
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, limited(stage.busybox(), "sleep", "1000"));
            var updates = new ArrayList<Future<Status.Code>>();
            for (var i = 0; i < 12; i++) {
                var shares = 1000 + i;
                updates.add(callers.submit(() -> {
                    try {
                        update(
                                cri,
                                container,
                                LinuxContainerResources.newBuilder().setCpuShares(shares));
                        return Status.Code.OK;
                    } catch (StatusRuntimeException e) {
                        return e.getStatus().getCode();
                    }
                }));
            }
            cri.stop(container, 0);
            for (var update : updates) {
                assertTrue(
                        Set.of(Status.Code.OK, Status.Code.FAILED_PRECONDITION).contains(update.get()),
                        update.get()::name);
            }
            cri.removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    @Test
    void aPodsResourcesAreTakenDownAndShown() throws Exception {
        try (var stage = Stage.set("runc")) {
            var cri = stage.cri();
            var pod = cri.run(cri.pod("pod"));
            var request = UpdatePodSandboxResourcesRequest.newBuilder()
                    .setPodSandboxId(pod)
                    .setOverhead(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(7 * MIB))
                    .setResources(LinuxContainerResources.newBuilder().setCpuShares(333))
                    .build();
            cri.daemon().runtime().updatePodSandboxResources(request);
            stage.crashAndRestart();
            var runtime = stage.daemon().runtime();
            var info = runtime.podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                            .setPodSandboxId(pod)
                            .setVerbose(true)
                            .build())
                    .getInfoOrThrow("info");
            assertTrue(info.contains("\"memoryLimitInBytes\":" + 7 * MIB), info);
            assertTrue(info.contains("\"cpuShares\":333"), info);
            assertCode(
                    Status.Code.NOT_FOUND,
                    () -> runtime.updatePodSandboxResources(
                            request.toBuilder().setPodSandboxId("none").build()));
            stage.cri().removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static LinuxContainerResources limits() {
        return LinuxContainerResources.newBuilder()
                .setMemoryLimitInBytes(64 * MIB)
                .setCpuShares(512)
                .build();
    }

    private static ContainerConfig limited(String image, String... command) {
        return Cri.container("a", image, command).toBuilder()
                .setLinux(LinuxContainerConfig.newBuilder().setResources(limits()))
                .build();
    }

    private static void update(Cri cri, String container, LinuxContainerResources.Builder asked) {
        cri.daemon()
                .runtime()
                .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(container)
                        .setLinux(asked)
                        .build());
    }

    /// As the container sees its own groups, on cgroup v1.
    private static void assertKernelHas(LinuxContainerResources limits, Cri cri, String container) {
        assertEquals(
                Long.toString(limits.getMemoryLimitInBytes()), read(cri, container, "memory/memory.limit_in_bytes"));
        assertEquals(Long.toString(limits.getCpuShares()), read(cri, container, "cpu/cpu.shares"));
        if (limits.getCpuQuota() != 0) {
            assertEquals(Long.toString(limits.getCpuQuota()), read(cri, container, "cpu/cpu.cfs_quota_us"));
        }
        if (!limits.getCpusetCpus().isEmpty()) {
            assertEquals(limits.getCpusetCpus(), read(cri, container, "cpuset/cpuset.cpus"));
        }
    }

    private static String read(Cri cri, String container, String file) {
        return cri.exec(container, "cat", "/sys/fs/cgroup/" + file)
                .getStdout()
                .toStringUtf8()
                .strip();
    }

    private static void assertCode(Status.Code code, Runnable call) {
        var failure = assertThrows(StatusRuntimeException.class, call::run);
        assertEquals(code, failure.getStatus().getCode(), failure::getMessage);
    }
}
