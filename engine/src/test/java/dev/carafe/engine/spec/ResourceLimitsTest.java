package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Invalid;
import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import dev.carafe.oci.RuntimeSpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResourceLimitsTest {
    private static final long MIB = 1 << 20;

    private final TestHostFacts host = new TestHostFacts();
    private final TestDefaults defaults = new TestDefaults();
    private final Warnings warnings = new Warnings();
    private final LinuxContainerResources.Builder asked = LinuxContainerResources.newBuilder();

    private RuntimeSpec.Resources limits() {
        return new ResourceLimits(defaults.build(), host.build(), warnings).of(asked.build(), List.of());
    }

    @Test
    void whoAsksForNothingHasNoLimits() {
        assertEquals(new RuntimeSpec.Resources(null, null, null, null, null, null, null), limits());
    }

    @Test
    void aMemoryLimitAloneLeavesNoSwap() {
        asked.setMemoryLimitInBytes(64 * MIB);
        assertEquals(new RuntimeSpec.Memory(64 * MIB, null, 64 * MIB), limits().memory());
    }

    @Test
    void aSwapLimitIsForMemoryAndSwapTogether() {
        asked.setMemoryLimitInBytes(64 * MIB).setMemorySwapLimitInBytes(96 * MIB);
        assertEquals(new RuntimeSpec.Memory(64 * MIB, null, 96 * MIB), limits().memory());
        asked.setMemorySwapLimitInBytes(-1);
        assertEquals(new RuntimeSpec.Memory(64 * MIB, null, -1L), limits().memory());
    }

    @Test
    void withoutAMemoryLimitUnlimitedSwapIsNoLimitAtAll() {
        asked.setMemorySwapLimitInBytes(-1);
        assertNull(limits().memory());
    }

    @Test
    void whereTheKernelCountsNoSwapItsLimitIsLeftOut() {
        host.memorySwap = false;
        asked.setMemoryLimitInBytes(64 * MIB).setMemorySwapLimitInBytes(96 * MIB);
        assertEquals(new RuntimeSpec.Memory(64 * MIB, null, null), limits().memory());
        assertEquals(Set.of("the kernel does not count swap: its limits are left out"), warnings.told());
    }

    @Test
    void processorsAreSharedAndBoundAsAsked() {
        asked.setCpuShares(512)
                .setCpuQuota(50_000)
                .setCpuPeriod(100_000)
                .setCpusetCpus("0-1,3")
                .setCpusetMems("0");
        assertEquals(new RuntimeSpec.Cpu(512L, 50_000L, 100_000L, "0-1,3", "0"), limits().cpu());
        asked.setCpuQuota(-1);
        assertEquals(new RuntimeSpec.Cpu(512L, null, 100_000L, "0-1,3", "0"), limits().cpu());
        asked.clear().setCpuQuota(-1);
        assertNull(limits().cpu());
    }

    @Test
    void processesAreBoundByTheConfigurationAlone() {
        defaults.pidsLimit = 100;
        assertEquals(new RuntimeSpec.Pids(100), limits().pids());
        defaults.pidsLimit = 0;
        assertNull(limits().pids());
    }

    @Test
    void largePagesAreBoundBySizeAlsoToNone() {
        asked.addHugepageLimitsBuilder().setPageSize("2MB").setLimit(4 * MIB);
        asked.addHugepageLimitsBuilder().setPageSize("1GB");
        assertEquals(
                List.of(new RuntimeSpec.HugepageLimit("2MB", 4 * MIB), new RuntimeSpec.HugepageLimit("1GB", 0)),
                limits().hugepageLimits());
    }

    @Test
    void filesOfCgroupV2AreWrittenAsAsked() {
        asked.putUnified("memory.high", "100").putUnified("io.max", "8:0 rbps=1 wiops=max");
        assertEquals(Map.of("memory.high", "100", "io.max", "8:0 rbps=1 wiops=max"), limits().unified());
        assertEquals(Set.of(), warnings.told());
    }

    @Test
    void filesOfCgroupV2AreLeftOutElsewhereAndSwapsWhereItIsNotCounted() {
        asked.putUnified("memory.high", "100").putUnified("memory.swap.max", "0");
        host.memorySwap = false;
        assertEquals(Map.of("memory.high", "100"), limits().unified());
        host.cgroupMode = CgroupMode.HYBRID;
        assertEquals(Map.of(), limits().unified());
        assertEquals(2, warnings.told().size(), warnings.told().toString());
    }

    @Test
    void limitsOfAMissingControllerAreLeftOutAndEachIsToldOnce() {
        host.controllers = EnumSet.of(CgroupController.DEVICES);
        defaults.pidsLimit = 100;
        asked.setMemoryLimitInBytes(MIB)
                .setCpuShares(512)
                .setCpusetCpus("0")
                .putUnified("io.max", "8:0 rbps=1")
                .addHugepageLimitsBuilder()
                .setPageSize("2MB");
        for (var i = 0; i < 2; i++) {
            assertEquals(new RuntimeSpec.Resources(null, null, null, null, null, null, null), limits());
        }
        var told = Stream.of("memory", "cpu", "cpuset", "io", "hugetlb", "pids")
                .map(name -> "control group controller " + name + " is missing: its limits are left out")
                .toList();
        assertEquals(Set.copyOf(told), warnings.told());
    }

    @Test
    void theTimeOfProcessorsAndTheirChoiceAreControllersOfTheirOwn() {
        asked.setCpuShares(512).setCpusetCpus("0");
        host.controllers = EnumSet.of(CgroupController.CPUSET);
        assertEquals(new RuntimeSpec.Cpu(null, null, null, "0", null), limits().cpu());
    }

    private static Arguments refusal(String field, Consumer<LinuxContainerResources.Builder> change) {
        return Arguments.of(field, change);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal("memory_limit_in_bytes", asked -> asked.setMemoryLimitInBytes(-1)),
                refusal("memory_swap_limit_in_bytes", asked -> asked.setMemorySwapLimitInBytes(-2)),
                refusal("memory_swap_limit_in_bytes", asked -> asked.setMemorySwapLimitInBytes(1)),
                refusal(
                        "memory_swap_limit_in_bytes",
                        asked -> asked.setMemoryLimitInBytes(2).setMemorySwapLimitInBytes(1)),
                refusal("cpu_shares", asked -> asked.setCpuShares(1)),
                refusal("cpu_shares", asked -> asked.setCpuShares(262145)),
                refusal("cpu_shares", asked -> asked.setCpuShares(-1)),
                refusal("cpu_period", asked -> asked.setCpuPeriod(999)),
                refusal("cpu_period", asked -> asked.setCpuPeriod(1_000_001)),
                refusal("cpu_quota", asked -> asked.setCpuQuota(999)),
                refusal("cpu_quota", asked -> asked.setCpuQuota(-2)),
                refusal("cpu_quota", asked -> asked.setCpuQuota(1L << 44)),
                refusal("cpuset_cpus", asked -> asked.setCpusetCpus("0;1")),
                refusal("cpuset_cpus", asked -> asked.setCpusetCpus("0,")),
                refusal("cpuset_mems", asked -> asked.setCpusetMems("../0")),
                refusal("cpuset_mems", asked -> asked.setCpusetMems("0," + "1,".repeat(600) + "2")),
                refusal(
                        "hugepage_limits.page_size",
                        asked -> asked.addHugepageLimitsBuilder().setPageSize("2Mi")),
                refusal(
                        "hugepage_limits.page_size",
                        asked -> asked.addHugepageLimitsBuilder().setPageSize("2MB/../x")),
                refusal(
                        "hugepage_limits.limit",
                        asked -> asked.addHugepageLimitsBuilder()
                                .setPageSize("2MB")
                                .setLimit(-1)),
                refusal("unified", asked -> asked.putUnified("memory.high", "1\n2")),
                refusal("unified", asked -> asked.putUnified("memory.high", "")),
                refusal("unified", asked -> {
                    for (var i = 0; i <= 256; i++) {
                        asked.putUnified("memory.x" + i, "1");
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void wrongValuesAreRefusedByTheirFieldOnEveryHost(String field, Consumer<LinuxContainerResources.Builder> change) {
        change.accept(asked);
        Refusals.refused(Invalid.class, "linux.resources." + field + ": ", this::limits);
        host.controllers = Set.of();
        host.cgroupMode = CgroupMode.V1;
        Refusals.refused(Invalid.class, "linux.resources." + field + ": ", this::limits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "memory",
                "memory.",
                ".high",
                "cgroup.procs",
                "cgroup.kill",
                "memory.high/../../x",
                "memory./x",
                "../memory.high",
                "memory..high",
                "Memory.high",
                "misc.max"
            })
    void onlyLimitsOfControllersAreFilesToBeWritten(String file) {
        asked.putUnified(file, "1");
        Refusals.refused(Invalid.class, "linux.resources.unified: ", this::limits);
    }
}
