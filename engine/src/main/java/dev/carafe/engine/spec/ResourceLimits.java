package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.engine.Invalid;
import dev.carafe.linux.CgroupController;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
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

    /// With what the pod's annotations say of block devices.
    ///
    /// @throws Invalid when they name what the node does not have
    RuntimeSpec.Resources of(SpecRequest request, LinuxContainerResources asked, List<RuntimeSpec.DeviceRule> devices)
            throws IOException {
        return of(asked, devices)
                .with(BlockIo.of(request, defaults, controllers).orElse(null));
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

    /// For a container that is there: rules for devices stay as they are, and so do large pages, which not all
    /// runtimes change.
    ///
    /// @param before what it has so far: of that a quota or a memory limit may be to go
    RuntimeSpec.Resources ofUpdate(LinuxContainerResources before, LinuxContainerResources asked) {
        HugepageLimits.of(asked, controllers);
        return new RuntimeSpec.Resources(
                null,
                MemoryLimits.ofUpdate(before, asked, controllers).orElse(null),
                CpuLimits.ofUpdate(before, asked, controllers).orElse(null),
                pids().orElse(null),
                null,
                null,
                UnifiedLimits.of(asked, controllers));
    }

    /// By the name of a class, which means nothing where there is no file of classes.
    ///
    /// @throws Invalid when there is no such class
    Optional<RuntimeSpec.BlockIo> blockIo(String name) throws IOException {
        var file = defaults.additions().blockIoClasses();
        return file.isEmpty() || name.isEmpty()
                ? Optional.empty()
                : BlockIo.of(file, name, FIELD + "blockio_class", controllers);
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
