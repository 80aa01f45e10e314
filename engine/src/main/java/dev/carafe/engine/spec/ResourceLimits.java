package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Invalid;
import dev.carafe.linux.CgroupController;
import dev.carafe.linux.CgroupMode;
import dev.carafe.oci.RuntimeSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The limits of a container's control group. 0 and the empty text mean that nothing was asked. A limit whose
/// controller the host does not have is left out: runtimes would fail on it.
final class ResourceLimits {
    private static final String FIELD = "linux.resources.";
    private static final Pattern UNIFIED_KEY = Pattern.compile("([a-z]+)\\.[a-zA-Z0-9_.]+");
    private static final Pattern PAGE_SIZE = Pattern.compile("[0-9]{1,9}([KMGT]i?)?B?");

    private final HostFacts host;
    private final ContainerDefaults defaults;
    private final Warnings warnings;

    ResourceLimits(HostFacts host, ContainerDefaults defaults, Warnings warnings) {
        this.host = host;
        this.defaults = defaults;
        this.warnings = warnings;
    }

    RuntimeSpec.Resources of(LinuxContainerResources asked, List<RuntimeSpec.DeviceRule> devices) {
        return new RuntimeSpec.Resources(
                devices, memory(asked), cpu(asked), pids(), null, hugepages(asked), unified(asked));
    }

    private Optional<RuntimeSpec.Memory> memory(LinuxContainerResources asked) {
        var limit = notNegative(asked.getMemoryLimitInBytes(), "memory_limit_in_bytes");
        var swap = asked.getMemorySwapLimitInBytes();
        if ((limit == 0 && swap == 0) || isMissing(CgroupController.MEMORY)) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private long notNegative(long value, String field) {
        if (value < 0) {
            throw new Invalid(FIELD + field + ": negative: " + value);
        }
        return value;
    }
}
