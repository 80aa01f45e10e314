package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.linux.CgroupController;
import dev.carafe.oci.RuntimeSpec;
import java.util.Optional;

/// How much memory a container may use. The CRI's swap limit is, as the runtime spec's, one for memory and swap
/// together; runtimes make of it what cgroup v2 wants. A container with a memory limit that asks for none gets no
/// swap.
final class MemoryLimits {
    private static final String LIMIT = "memory_limit_in_bytes";
    private static final String SWAP = "memory_swap_limit_in_bytes";
    private static final long UNLIMITED = -1;

    private MemoryLimits() {}

    static Optional<RuntimeSpec.Memory> of(LinuxContainerResources asked, Controllers controllers) {
        var limit = asked.getMemoryLimitInBytes();
        var swap = asked.getMemorySwapLimitInBytes();
        check(limit, swap);
        if (limit == 0 || !controllers.canLimit(CgroupController.MEMORY)) {
            return Optional.empty();
        }
        var both = swap == 0 ? limit : swap;
        return Optional.of(new RuntimeSpec.Memory(limit, null, controllers.canLimitSwap() ? both : null));
    }

    /// The same for a container that is there, and an end to the limit that it has had where none is asked for.
    static Optional<RuntimeSpec.Memory> ofUpdate(
            LinuxContainerResources before, LinuxContainerResources asked, Controllers controllers) {
        var memory = of(asked, controllers);
        if (before.getMemoryLimitInBytes() == 0
                || asked.getMemoryLimitInBytes() != 0
                || !controllers.canLimit(CgroupController.MEMORY)) {
            return memory;
        }
        return Optional.of(new RuntimeSpec.Memory(UNLIMITED, null, controllers.canLimitSwap() ? UNLIMITED : null));
    }

    /// @param minimum in bytes
    /// @throws dev.carafe.engine.Invalid when there is a limit below it
    static void requireAtLeast(long minimum, LinuxContainerResources asked) {
        var limit = asked.getMemoryLimitInBytes();
        if (limit > 0 && limit < minimum) {
            throw ResourceLimits.invalid(
                    LIMIT,
                    limit + " is below " + minimum
                            + ", with which the handler's runtime could start nothing (container_min_memory)");
        }
    }

    private static void check(long limit, long swap) {
        if (limit < 0) {
            throw ResourceLimits.invalid(LIMIT, "negative: " + limit);
        }
        if (swap < UNLIMITED) {
            throw ResourceLimits.invalid(SWAP, "below -1, which means no limit: " + swap);
        }
        if (swap > 0 && limit == 0) {
            throw ResourceLimits.invalid(SWAP, "only with " + LIMIT);
        }
        if (swap > 0 && swap < limit) {
            throw ResourceLimits.invalid(
                    SWAP, swap + " is for memory and swap together, but " + LIMIT + " is " + limit);
        }
    }
}
