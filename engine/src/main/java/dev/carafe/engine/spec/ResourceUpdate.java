package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.oci.RuntimeSpec;

/// A change of a container's limits in place. What the request leaves out stays as it is; what comes of both is held to
/// the rules of a creation.
///
/// @param resources all limits afterwards, as ContainerStatus shows them
/// @param limits the same in the runtime's words; an absent one is left alone
public record ResourceUpdate(LinuxContainerResources resources, RuntimeSpec.Resources limits) {
    /// @param now the limits so far
    static ResourceUpdate of(
            LinuxContainerResources now, LinuxContainerResources asked, ResourceLimits limits, HandlerRules rules) {
        if (asked.getHugepageLimitsCount() > 0 && !asked.getHugepageLimitsList().equals(now.getHugepageLimitsList())) {
            throw ResourceLimits.invalid("hugepage_limits", "can't be changed while the container is there");
        }
        var next = merged(now, asked);
        MemoryLimits.requireAtLeast(rules.minimumMemoryBytes(), next);
        return new ResourceUpdate(next, limits.ofUpdate(now, next));
    }

    /// From what a failed update may have set back to what there was.
    static ResourceUpdate back(ResourceUpdate failed, LinuxContainerResources before, ResourceLimits limits) {
        return new ResourceUpdate(before, limits.ofUpdate(failed.resources, before));
    }

    /// The score for the kernel's out-of-memory killer is the process's and stays. A memory limit without one for swap
    /// means what it means at the creation: no swap.
    private static LinuxContainerResources merged(LinuxContainerResources now, LinuxContainerResources asked) {
        var change = asked.toBuilder().clearOomScoreAdj().clearHugepageLimits().build();
        var next = now.toBuilder();
        if (asked.getMemoryLimitInBytes() != 0) {
            next.clearMemorySwapLimitInBytes();
        }
        return next.mergeFrom(change).build();
    }

    /// The same with other processors in the runtime's words, where the update sets any.
    ///
    /// @param cpus empty: those that it has
    public ResourceUpdate on(String cpus) {
        var cpu = limits.cpu();
        return cpus.isEmpty() || cpu == null || cpu.cpus() == null
                ? this
                : new ResourceUpdate(
                        resources,
                        limits.with(new RuntimeSpec.Cpu(cpu.shares(), cpu.quota(), cpu.period(), cpus, cpu.mems())));
    }

    /// The memory limit that it sets; 0 when there is none.
    public long memoryLimitBytes() {
        return resources.getMemoryLimitInBytes();
    }
}
