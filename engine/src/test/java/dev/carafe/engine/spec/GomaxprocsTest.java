package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GomaxprocsTest {
    @TempDir
    private Path folder;

    private Given given;

    @BeforeEach
    void prepare() throws IOException {
        given = new Given(folder);
        given.defaults.leastGomaxprocs = 4;
        given.pod.getLinuxBuilder().setCgroupParent("/kubepods/burstable/pod123");
        given.resources().setCpuShares(2048);
    }

    private Optional<String> count() throws IOException {
        return Environment.of(given.request(), given.defaults.build()).stream()
                .filter(entry -> entry.startsWith("GOMAXPROCS="))
                .findFirst();
    }

    @Test
    void whoAsksForLessGetsTheLeast() throws IOException {
        assertEquals(Optional.of("GOMAXPROCS=4"), count());
        given.resources().setCpuShares(2);
        given.pod.getLinuxBuilder().setCgroupParent("kubepods-besteffort-pod123.slice");
        assertEquals(Optional.of("GOMAXPROCS=4"), count());
    }

    @Test
    void whoAsksForMoreGetsThatRoundedUp() throws IOException {
        given.resources().setCpuShares(8193);
        assertEquals(Optional.of("GOMAXPROCS=9"), count());
    }

    @Test
    void whoHasALimitIsLeftAlone() throws IOException {
        given.resources().setCpuPeriod(100_000).setCpuQuota(200_000);
        assertTrue(count().isEmpty());
    }

    @Test
    void guaranteedPodsAreLeftAlone() throws IOException {
        given.pod.getLinuxBuilder().setCgroupParent("/kubepods/pod123");
        assertTrue(count().isEmpty());
    }

    @Test
    void podsThatSaySoAreLeftAlone() throws IOException {
        given.pod.putAnnotations("skip-gomaxprocs.crio.io", "false");
        assertFalse(count().isEmpty());
        given.pod.putAnnotations("skip-gomaxprocs.crio.io", "true");
        assertTrue(count().isEmpty());
    }

    @Test
    void podsOfAWorkloadAreLeftAlone() throws IOException {
        given.defaults.workloads = List.of(
                new Workload("management", "resources", List.of(), new Workload.Resources(7L, null, null, "0", null)));
        given.pod.putAnnotations("management", "");
        assertTrue(count().isEmpty());
    }

    @Test
    void theContainersOwnIsStronger() throws IOException {
        given.environment("GOMAXPROCS", "16");
        assertEquals(Optional.of("GOMAXPROCS=16"), count());
    }

    @Test
    void withoutTheKeyNobodyGetsIt() throws IOException {
        given.defaults.leastGomaxprocs = 0;
        assertTrue(count().isEmpty());
    }
}
