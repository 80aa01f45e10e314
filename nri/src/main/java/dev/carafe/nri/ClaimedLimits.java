package dev.carafe.nri;

import com.google.protobuf.Message;
import dev.carafe.api.nri.Field;
import dev.carafe.api.nri.LinuxCPU;
import dev.carafe.api.nri.LinuxMemory;
import dev.carafe.api.nri.LinuxResources;

/// Limits that one plugin sets, each claimed by it. For one thread.
final class ClaimedLimits {
    private final Owners owners;
    private final String container;
    private final String plugin;

    ClaimedLimits(Owners owners, String container, String plugin) {
        this.owners = owners;
        this.container = container;
        this.plugin = plugin;
    }

    /// Claims what is asked for.
    ///
    /// @throws PluginException when another plugin has set it; what was claimed before that stays so
    void claim(LinuxResources asked) throws PluginException {
        claim(asked.getMemory(), Field.MEM_LIMIT.getNumber() - LinuxMemory.LIMIT_FIELD_NUMBER);
        claim(asked.getCpu(), Field.CPU_SHARES.getNumber() - LinuxCPU.SHARES_FIELD_NUMBER);
        for (var limit : asked.getHugepageLimitsList()) {
            owners.claim(container, Field.HUGEPAGE_LIMITS, limit.getPageSize(), plugin);
        }
        for (var file : asked.getUnifiedMap().keySet()) {
            owners.claim(container, Field.CGROUPS_UNIFIED, file, plugin);
        }
        if (asked.hasBlockioClass()) {
            owners.claim(container, Field.BLOCKIO_CLASS, plugin);
        }
        if (asked.hasRdtClass()) {
            owners.claim(container, Field.RDT_CLASS, plugin);
        }
        if (asked.hasPids()) {
            owners.claim(container, Field.PIDS_LIMIT, plugin);
        }
    }

    /// Their fields are numbered in the same order.
    private void claim(Message limits, int offset) throws PluginException {
        for (var field : limits.getAllFields().keySet()) {
            owners.claim(container, Field.forNumber(offset + field.getNumber()), plugin);
        }
    }

    /// What is asked for over what is there: merging messages would take a zero for nothing.
    static LinuxResources over(LinuxResources there, LinuxResources asked) {
        var limits = there.toBuilder();
        if (asked.hasMemory()) {
            var memory = there.getMemory().toBuilder();
            asked.getMemory().getAllFields().forEach(memory::setField);
            limits.setMemory(memory);
        }
        if (asked.hasCpu()) {
            var cpu = there.getCpu().toBuilder();
            asked.getCpu().getAllFields().forEach(cpu::setField);
            limits.setCpu(cpu);
        }
        limits.addAllHugepageLimits(asked.getHugepageLimitsList());
        limits.addAllDevices(asked.getDevicesList());
        limits.putAllUnified(asked.getUnifiedMap());
        if (asked.hasBlockioClass()) {
            limits.setBlockioClass(asked.getBlockioClass());
        }
        if (asked.hasRdtClass()) {
            limits.setRdtClass(asked.getRdtClass());
        }
        if (asked.hasPids()) {
            limits.setPids(asked.getPids());
        }
        return limits.build();
    }
}
