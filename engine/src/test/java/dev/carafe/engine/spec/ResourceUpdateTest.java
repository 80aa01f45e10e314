package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.carafe.cri.v1.HugepageLimit;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Invalid;
import dev.carafe.oci.RuntimeSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResourceUpdateTest {
    private static final long MIB = 1 << 20;

    private final LinuxContainerResources now = LinuxContainerResources.newBuilder()
            .setCpuPeriod(100_000)
            .setCpuQuota(50_000)
            .setCpuShares(512)
            .setMemoryLimitInBytes(64 * MIB)
            .setMemorySwapLimitInBytes(96 * MIB)
            .setOomScoreAdj(900)
            .addHugepageLimits(HugepageLimit.newBuilder().setPageSize("2MB").setLimit(4 * MIB))
            .putUnified("memory.high", "1000")
            .build();
    private final LinuxContainerResources.Builder asked = LinuxContainerResources.newBuilder();
    private HandlerRules rules = HandlerRules.NONE;

    private ResourceLimits limits() {
        return new ResourceLimits(new TestDefaults().build(), new TestHostFacts().build(), new Warnings());
    }

    private ResourceUpdate update() {
        return ResourceUpdate.of(now, asked.build(), limits(), rules);
    }

    @Test
    void whatIsNotAskedForStaysAsItIs() {
        asked.setCpuShares(1024).setOomScoreAdj(-5).putUnified("memory.low", "7");
        var update = update();
        assertEquals(
                now.toBuilder().setCpuShares(1024).putUnified("memory.low", "7").build(), update.resources());
        assertEquals(
                new RuntimeSpec.Cpu(1024L, 50_000L, 100_000L, null, null),
                update.limits().cpu());
        assertEquals(
                Map.of("memory.high", "1000", "memory.low", "7"),
                update.limits().unified());
    }

    @Test
    void devicesAndLargePagesAreLeftAlone() {
        asked.setCpuShares(1024);
        assertEquals(List.of(), update().limits().devices());
        assertEquals(List.of(), update().limits().hugepageLimits());
    }

    @Test
    void aMemoryLimitWithoutOneForSwapLeavesNoSwapAsAtACreation() {
        asked.setMemoryLimitInBytes(128 * MIB);
        assertEquals(
                new RuntimeSpec.Memory(128 * MIB, null, 128 * MIB),
                update().limits().memory());
        assertEquals(0, update().resources().getMemorySwapLimitInBytes());
    }

    @Test
    void aQuotaEndsWhereThereWasOneAndIsNotTouchedWhereThereWasNone() {
        asked.setCpuQuota(-1);
        assertEquals(-1L, update().limits().cpu().quota());
        var without = LinuxContainerResources.newBuilder().setCpuShares(2).build();
        var none = ResourceUpdate.of(without, asked.build(), limits(), rules);
        assertNull(none.limits().cpu().quota());
    }

    @Test
    void aQuotaThatIsAllThereWasEndsToo() {
        var quota = LinuxContainerResources.newBuilder().setCpuQuota(5_000).build();
        asked.setCpuQuota(-1);
        assertEquals(
                new RuntimeSpec.Cpu(null, -1L, null, null, null),
                ResourceUpdate.of(quota, asked.build(), limits(), rules)
                        .limits()
                        .cpu());
    }

    @Test
    void theWayBackFromAFailureEndsWhatWasNotThere() {
        var before = LinuxContainerResources.newBuilder().setCpuShares(2).build();
        asked.setMemoryLimitInBytes(64 * MIB).setCpuQuota(5_000).setCpuPeriod(10_000);
        var failed = ResourceUpdate.of(before, asked.build(), limits(), rules);
        var back = ResourceUpdate.back(failed, before, limits());
        assertEquals(before, back.resources());
        assertEquals(new RuntimeSpec.Memory(-1L, null, -1L), back.limits().memory());
        assertEquals(
                new RuntimeSpec.Cpu(2L, -1L, null, null, null), back.limits().cpu());
    }

    @Test
    void theSameLargePagesMayComeAlongButOthersAreRefused() {
        asked.addHugepageLimits(HugepageLimit.newBuilder().setPageSize("2MB").setLimit(4 * MIB));
        assertEquals(now, update().resources());
        asked.getHugepageLimitsBuilder(0).setLimit(8 * MIB);
        var refusal = assertThrows(Invalid.class, this::update);
        assertTrue(refusal.getMessage().startsWith("linux.resources.hugepage_limits: "), refusal.getMessage());
    }

    @Test
    void aMemoryLimitBelowTheHandlersMinimumIsRefused() {
        rules = new HandlerRules(12 * MIB, List.of(), Map.of(), false, "", false, false);
        asked.setMemoryLimitInBytes(12 * MIB);
        assertEquals(12 * MIB, update().memoryLimitBytes());
        asked.setMemoryLimitInBytes(12 * MIB - 1);
        var refusal = assertThrows(Invalid.class, this::update);
        assertTrue(refusal.getMessage().contains("container_min_memory"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 32 * MIB})
    void whatContradictsWhatThereIsIsRefusedAsAtACreation(long value) {
        if (value < 0) {
            asked.setMemoryLimitInBytes(value);
        } else {
            asked.setMemorySwapLimitInBytes(value); // less than the limit that stays
        }
        assertThrows(Invalid.class, this::update);
    }
}
