package dev.carafe.engine.nri;

import dev.carafe.api.nri.LinuxCPU;
import dev.carafe.api.nri.LinuxMemory;
import dev.carafe.api.nri.LinuxResources;
import dev.carafe.api.nri.OptionalInt64;
import dev.carafe.api.nri.OptionalUInt64;
import dev.carafe.cri.v1.HugepageLimit;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Unsupported;

/// Limits in the words of NRI and of the CRI.
final class Limits {
    private Limits() {}

    static LinuxResources toNri(LinuxContainerResources limits) {
        var resources = LinuxResources.newBuilder()
                .setMemory(LinuxMemory.newBuilder().setLimit(signed(limits.getMemoryLimitInBytes())))
                .setCpu(LinuxCPU.newBuilder()
                        .setShares(unsigned(limits.getCpuShares()))
                        .setQuota(signed(limits.getCpuQuota()))
                        .setPeriod(unsigned(limits.getCpuPeriod()))
                        .setCpus(limits.getCpusetCpus())
                        .setMems(limits.getCpusetMems()))
                .putAllUnified(limits.getUnifiedMap());
        for (var limit : limits.getHugepageLimitsList()) {
            resources.addHugepageLimits(dev.carafe.api.nri.HugepageLimit.newBuilder()
                    .setPageSize(limit.getPageSize())
                    .setLimit(limit.getLimit()));
        }
        return resources.build();
    }

    static OptionalInt64 signed(long value) {
        return OptionalInt64.newBuilder().setValue(value).build();
    }

    static OptionalUInt64 unsigned(long value) {
        return OptionalUInt64.newBuilder().setValue(value).build();
    }

    /// What the CRI has words for; see [#refuseUnsupported].
    static LinuxContainerResources toCri(LinuxResources resources) {
        var memory = resources.getMemory();
        var cpu = resources.getCpu();
        var limits = LinuxContainerResources.newBuilder()
                .setMemoryLimitInBytes(memory.getLimit().getValue())
                .setMemorySwapLimitInBytes(memory.getSwap().getValue())
                .setCpuShares(cpu.getShares().getValue())
                .setCpuQuota(cpu.getQuota().getValue())
                .setCpuPeriod(cpu.getPeriod().getValue())
                .setCpusetCpus(cpu.getCpus())
                .setCpusetMems(cpu.getMems())
                .putAllUnified(resources.getUnifiedMap());
        for (var limit : resources.getHugepageLimitsList()) {
            limits.addHugepageLimits(
                    HugepageLimit.newBuilder().setPageSize(limit.getPageSize()).setLimit(limit.getLimit()));
        }
        return limits.build();
    }

    /// What no container has here, at its creation or later.
    ///
    /// @throws Unsupported names it
    static void refuseUnsupported(LinuxResources resources) {
        var memory = resources.getMemory();
        var cpu = resources.getCpu();
        refuse(memory.hasKernel() || memory.hasKernelTcp(), "memory.kernel");
        refuse(memory.hasSwappiness(), "memory.swappiness");
        refuse(memory.hasDisableOomKiller(), "memory.disable_oom_killer");
        refuse(memory.hasUseHierarchy(), "memory.use_hierarchy");
        refuse(cpu.hasRealtimeRuntime() || cpu.hasRealtimePeriod(), "cpu.realtime");
    }

    /// Of those that only a creation sets.
    ///
    /// @throws Unsupported names it
    static void refuseUnchangeable(LinuxResources resources) {
        refuseUnsupported(resources);
        refuse(resources.getMemory().hasReservation(), "memory.reservation of a container that is there");
        refuse(resources.hasRdtClass(), "rdt_class of a container that is there");
        refuse(resources.hasBlockioClass(), "blockio_class of a container that is there");
        refuse(resources.hasPids(), "pids of a container that is there");
        refuse(resources.getDevicesCount() > 0, "devices of a container that is there");
    }

    static void refuse(boolean isAsked, String what) {
        if (isAsked) {
            throw new Unsupported("an NRI plugin sets " + what + ", which is not built");
        }
    }
}
