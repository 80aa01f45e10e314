package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerUser;
import dev.carafe.cri.v1.Mount;
import dev.carafe.oci.RuntimeSpec;
import java.util.List;

/// A container's runtime spec, and what ContainerStatus tells of it.
///
/// @param user as the first process has it; the supplemental groups hold the primary group too
/// @param mounts as they were asked for, with the host's paths
/// @param stopSignal the number of the signal that asks the container to end
/// @param relabels what is to be done before it is created
public record BuiltSpec(
        RuntimeSpec spec, LinuxContainerUser user, List<Mount> mounts, int stopSignal, List<Relabel> relabels) {
    public BuiltSpec {
        mounts = List.copyOf(mounts);
        relabels = List.copyOf(relabels);
    }

    public BuiltSpec with(RuntimeSpec other) {
        return new BuiltSpec(other, user, mounts, stopSignal, relabels);
    }
}
