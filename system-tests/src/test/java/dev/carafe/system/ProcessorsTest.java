package dev.carafe.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.UpdateContainerResourcesRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A container with a processor of its own, and what it changes on the node as long as it runs. The mask of interrupts
/// is
/// the kernel's own: it is only for those that are set up later, and is put back.
@Tag("system")
class ProcessorsTest {
    private static final Path MASK = Path.of("/proc/irq/default_smp_affinity");
    private static final Path QUOTAS = Path.of("/sys/fs/cgroup/cpu");
    private static final Path SETS = Path.of("/sys/fs/cgroup/cpuset");
    private static final String BALANCED = "cpuset.sched_load_balance";
    private static final String QUOTA = "cpu.cfs_quota_us";

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void itServesNoInterruptsAndHasNoQuotaUntilItEndsAlsoAfterACrash(String runtime) throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1 && Files.exists(QUOTAS.resolve(QUOTA)));
        var before = Files.readString(MASK);
        assumeTrue(mask().testBit(0) && mask().testBit(1), "someone else has changed the mask");
        try (var stage = Stage.set(runtime)) {
            var settings = Files.writeString(stage.host().work().resolve("irqbalance"), "");
            stage.host()
                    .configure(
                            "crio.runtime",
                            "irqbalance_config_file = \"" + settings
                                    + "\"\nirqbalance_config_restore_file = \"disable\"");
            stage.host()
                    .configure(
                            "crio.runtime.runtimes." + runtime,
                            "allowed_annotations = [\"irq-load-balancing.crio.io\", \"cpu-quota.crio.io\"]");
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("own").toBuilder()
                    .putAnnotations("irq-load-balancing.crio.io", "disable")
                    .putAnnotations("cpu-quota.crio.io/main", "disable")
                    .build();
            var pod = cri.run(config);
            var group = QUOTAS.resolve(stage.host().tag());
            Files.writeString(group.resolve(QUOTA), "100000");
            var container = cri.create(pod, config, onOneProcessor(stage.busybox()));
            assertEquals("100000", quota(group, container));
            cri.start(container);
            assertTrue(mask().testBit(0) && !mask().testBit(1), () -> "mask " + mask().toString(16));
            assertTrue(Files.readString(settings).startsWith("IRQBALANCE_BANNED_CPUS=\"00000002\""));
            assertEquals("-1", quota(group, container));
            assertEquals("-1", Files.readString(group.resolve(QUOTA)).strip());

            stage.crashAndRestart();
            assertTrue(!mask().testBit(1));
            update(stage.cri(), container);
            assertEquals("-1", quota(group, container));
            stage.cri().stop(container, 0);
            assertEquals(before, Files.readString(MASK));
            assertTrue(Files.readString(settings).startsWith("IRQBALANCE_BANNED_CPUS=\"00000000\""));
            stage.cri().removePod(pod);
            stage.assertNothingIsLeft();
        } finally {
            Files.writeString(MASK, before.strip());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void itIsLeftOutOfTheBalancingAndMayUseTheSharedProcessorsToo(String runtime) throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1 && Files.exists(SETS.resolve(BALANCED)));
        try (var stage = Stage.set(runtime)) {
            stage.host().configure("crio.runtime", "shared_cpuset = \"0\"");
            stage.host()
                    .configure(
                            "crio.runtime.runtimes." + runtime,
                            "allowed_annotations = [\"cpu-load-balancing.crio.io\", \"cpu-shared.crio.io\"]");
            stage.restart();
            var cri = stage.cri();
            cri.pull(stage.busybox());
            var config = cri.pod("own").toBuilder()
                    .putAnnotations("cpu-load-balancing.crio.io/main", "disable")
                    .putAnnotations("cpu-shared.crio.io/main", "enable")
                    .build();
            var pod = cri.run(config);
            var container = cri.createAndStart(pod, config, onOneProcessor(stage.busybox()));
            var variables = cri.exec(container, 30, "env").getStdout().toStringUtf8();
            assertTrue(variables.contains("OPENSHIFT_ISOLATED_CPUS=1\n"), variables);
            assertTrue(variables.contains("OPENSHIFT_SHARED_CPUS=0\n"), variables);
            var group = SETS.resolve(stage.host().tag()).resolve("crio-" + container);
            assertEquals("0", Files.readString(group.resolve(BALANCED)).strip());
            assertEquals("0-1", Files.readString(group.resolve("cpuset.cpus")).strip());
            assertEquals("-1", quota(QUOTAS.resolve(stage.host().tag()), container));

            stage.crashAndRestart();
            update(stage.cri(), container);
            assertEquals("0-1", Files.readString(group.resolve("cpuset.cpus")).strip());
            assertEquals("-1", quota(QUOTAS.resolve(stage.host().tag()), container));
            Files.writeString(group.resolve(BALANCED), "1");
            stage.cri().stop(container, 0);
            assertEquals("0", Files.readString(group.resolve(BALANCED)).strip());
            stage.cri().removePod(pod);
            stage.assertNothingIsLeft();
        }
    }

    private static BigInteger mask() {
        try {
            return new BigInteger(Files.readString(MASK).strip().replace(",", ""), 16);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String quota(Path group, String container) throws IOException {
        return Files.readString(group.resolve("crio-" + container).resolve(QUOTA))
                .strip();
    }

    private static ContainerConfig onOneProcessor(String image) {
        return Cri.container("main", image, "sleep", "1000").toBuilder()
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setResources(LinuxContainerResources.newBuilder()
                                .setCpuShares(1024)
                                .setCpuPeriod(100_000)
                                .setCpuQuota(100_000)
                                .setCpusetCpus("1")))
                .build();
    }

    /// The runtime sets all limits again, the quota too.
    private static void update(Cri cri, String container) {
        var _ = cri.daemon()
                .runtime()
                .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(container)
                        .setLinux(LinuxContainerResources.newBuilder()
                                .setCpuShares(2048)
                                .setCpusetCpus("1"))
                        .build());
    }
}
