package dev.carafe.engine.container;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.oci.RuntimeSpec;
import dev.carafe.storage.ContainerRoots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;

/// A container's mounts with the owners of its pod's user namespace. They are made on the host, where the daemon may do
/// what older runtimes can't, as long as the container is there, and bound into it.
final class MappedMounts {
    private final ContainerRoots roots;

    MappedMounts(ContainerRoots roots) {
        this.roots = roots;
    }

    /// The spec for the runtime, whose mounts are all plain ones.
    RuntimeSpec make(PodRecord pod, ContainerId id, RuntimeSpec spec) throws IOException {
        var mounts = new ArrayList<RuntimeSpec.Mount>();
        for (var mount : spec.mounts()) {
            mounts.add(mount.uidMappings().isEmpty() ? mount : plain(pod, id, mount, mounts.size()));
        }
        return spec.withMounts(mounts);
    }

    private RuntimeSpec.Mount plain(PodRecord pod, ContainerId id, RuntimeSpec.Mount mount, int number)
            throws IOException {
        var source = mount.source();
        if (source == null) {
            throw new IllegalStateException("a mount of nothing at " + mount.destination());
        }
        var follows = mount.options().contains("rslave");
        var place = roots.idMapped(id.value(), number, Path.of(source), pod.users(), follows);
        return new RuntimeSpec.Mount(mount.destination(), mount.type(), place.toString(), mount.options(), null, null);
    }
}
