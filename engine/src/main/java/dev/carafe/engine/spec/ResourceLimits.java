package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Invalid;
import dev.carafe.linux.CgroupController;
import dev.carafe.oci.RuntimeSpec;
import java.util.List;
import java.util.Optional;

/// The limits of a container's control group. 0 and the empty text mean that nothing was asked. Each is checked
/// whether this host can keep it or not; what it can't keep is left out.
final class ResourceLimits {
    private static final String FIELD = "linux.resources.";

    private final ContainerDefaults defaults;
    private final Controllers controllers;

    ResourceLimits(ContainerDefaults defaults, HostFacts host, Warnings warnings) {
        this.defaults = defaults;
        this.controllers = new Controllers(host, warnings);
    }

    RuntimeSpec.Resources of(LinuxContainerResources asked, List<RuntimeSpec.DeviceRule> devices) {
        return new RuntimeSpec.Resources(
                devices,
                MemoryLimits.of(asked, controllers).orElse(null),
                CpuLimits.of(asked, controllers).orElse(null),
                pids().orElse(null),
                null,
                HugepageLimits.of(asked, controllers),
                UnifiedLimits.of(asked, controllers));
    }

    private Optional<RuntimeSpec.Pids> pids() {
        return defaults.pidsLimit() > 0 && controllers.canLimit(CgroupController.PIDS)
                ? Optional.of(new RuntimeSpec.Pids(defaults.pidsLimit()))
                : Optional.empty();
    }

    /// @throws Invalid names the field of the CRI's LinuxContainerResources
    static Invalid invalid(String field, String why) {
        return new Invalid(FIELD + field + ": " + why);
    }
}
