package dev.carafe.engine.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.carafe.cri.v1.LinuxPodSandboxConfig;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.linux.CgroupUsage;
import dev.carafe.runtime.CgroupManager;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SamplesTest {
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private long cpuNanos;
    private Instant steady = Instant.EPOCH;
    private final Samples samples =
            new Samples(path -> usage(), ((InstantSource) () -> now).withZone(ZoneOffset.UTC), () -> steady);

    private CgroupUsage usage() {
        return new CgroupUsage(
                OptionalLong.of(cpuNanos),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                CgroupUsage.Pressures.UNKNOWN);
    }

    private OptionalLong after(Duration time, long used) throws IOException {
        now = now.plus(time);
        steady = steady.plus(time);
        cpuNanos += used;
        return samples.take("one", "/one").nanoCores();
    }

    @Test
    void theRateIsThatSinceTheSampleBefore() throws IOException {
        assertEquals(OptionalLong.empty(), after(Duration.ZERO, 5_000_000_000L));
        assertEquals(OptionalLong.of(250_000_000), after(Duration.ofSeconds(10), 2_500_000_000L));
        assertEquals(OptionalLong.of(2_000_000_000), after(Duration.ofSeconds(1), 2_000_000_000L));
    }

    @Test
    void samplesThatAreTooCloseHaveTheRateBefore() throws IOException {
        after(Duration.ZERO, 0);
        assertEquals(OptionalLong.of(500_000_000), after(Duration.ofSeconds(2), 1_000_000_000L));
        assertEquals(OptionalLong.of(500_000_000), after(Duration.ofMillis(900), 900_000_000L));
        assertEquals(OptionalLong.of(900_000_000), after(Duration.ofMillis(100), 0));
    }

    @Test
    void aGroupThatIsMadeAnewHasNoRate() throws IOException {
        after(Duration.ZERO, 5000);
        assertEquals(OptionalLong.empty(), after(Duration.ofSeconds(10), -2000));
        assertEquals(OptionalLong.of(0), after(Duration.ofSeconds(10), 0));
    }

    @Test
    void aClockThatIsSetChangesTheTimeThatIsShownButNoRate() throws IOException {
        after(Duration.ZERO, 0);
        now = now.minus(Duration.ofDays(10));
        assertEquals(OptionalLong.of(500_000_000), after(Duration.ofSeconds(2), 1_000_000_000L));
        assertEquals(now, samples.latest("one", "/one").at());
        now = now.plus(Duration.ofDays(20));
        assertEquals(OptionalLong.of(250_000_000), after(Duration.ofSeconds(4), 1_000_000_000L));
    }

    @Test
    void theLatestIsKeptUntilItIsForgotten() throws IOException {
        var first = samples.latest("one", "/one");
        now = now.plusSeconds(10);
        assertEquals(first, samples.latest("one", "/one"));
        samples.retain(Set.of("other"));
        assertEquals(now, samples.latest("one", "/one").at());
    }

    @Test
    void groupsAreWhereTheManagerMakesThem() {
        var container = new ContainerId("2".repeat(64));
        var cgroupfs = new GroupPaths(CgroupManager.CGROUPFS);
        assertEquals("/kubepods/pod1", cgroupfs.of(pod("/kubepods/pod1")));
        assertEquals("/kubepods/pod1/crio-" + container, cgroupfs.of(pod("/kubepods/pod1"), container));
        var systemd = new GroupPaths(CgroupManager.SYSTEMD);
        var pod = pod("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice");
        var slices = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice";
        assertEquals(slices, systemd.of(pod));
        assertEquals(slices + "/crio-" + container + ".scope", systemd.of(pod, container));
        assertEquals("/system.slice", systemd.of(pod("system.slice")));
    }

    private static PodRecord pod(String cgroup) {
        return new PodRecord(
                new PodId("1".repeat(64)),
                PodSandboxConfig.newBuilder()
                        .setLinux(LinuxPodSandboxConfig.newBuilder().setCgroupParent(cgroup))
                        .build(),
                "runc",
                Instant.EPOCH,
                new PodRecord.PodPlace(Map.of(), cgroup, "", PodRecord.OwnProcess.NONE, ""),
                new PodState.Ready(List.of()));
    }
}
