package dev.carafe.engine.spec;

import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.MountPropagation;
import dev.carafe.engine.Invalid;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The mounts of the container's configuration: paths of the host, links in them followed, a missing one made as a
/// folder. What is mounted below them comes along.
final class HostMounts {
    private HostMounts() {}

    static List<RuntimeSpec.Mount> of(SpecRequest request, ContainerDefaults defaults) throws IOException {
        var asked = request.container().getMountsList();
        var table = asked.stream().anyMatch(mount -> mount.getPropagation() != MountPropagation.PROPAGATION_PRIVATE)
                ? MountTable.read()
                : new MountTable(List.of());
        var mounts = new ArrayList<RuntimeSpec.Mount>();
        for (var mount : asked) {
            var source = source(mount.getHostPath(), defaults);
            var options = List.of("rbind", propagation(mount, source, table), mount.getReadonly() ? "ro" : "rw");
            mounts.add(SpecMount.bind(source, destination(mount), options));
        }
        return mounts;
    }

    static String destination(Mount mount) {
        return Path.of(mount.getContainerPath()).normalize().toString();
    }

    /// What the container's root must pass on for these mounts; empty when nothing in particular.
    static String rootPropagation(SpecRequest request) {
        var result = "";
        for (var mount : request.container().getMountsList()) {
            if (mount.getPropagation() == MountPropagation.PROPAGATION_BIDIRECTIONAL) {
                return "rshared";
            }
            if (mount.getPropagation() == MountPropagation.PROPAGATION_HOST_TO_CONTAINER) {
                result = "rslave";
            }
        }
        return result;
    }

    private static String propagation(Mount mount, Path source, MountTable table) {
        return switch (mount.getPropagation()) {
            case PROPAGATION_PRIVATE -> "rprivate";
            case PROPAGATION_HOST_TO_CONTAINER -> {
                table.requireSharedOrSlave(source);
                yield "rslave";
            }
            case PROPAGATION_BIDIRECTIONAL -> {
                table.requireShared(source);
                yield "rshared";
            }
            case UNRECOGNIZED -> throw new Invalid("mounts.propagation: a mode that the CRI does not have");
        };
    }

    private static Path source(String hostPath, ContainerDefaults defaults) throws IOException {
        var path = Path.of(hostPath);
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            for (var rejected : defaults.absentMountSourcesToReject()) {
                if (path.normalize().equals(Path.of(rejected).normalize())) {
                    throw new Invalid("mounts.host_path: " + hostPath
                            + " does not exist and may not be made (absent_mount_sources_to_reject)");
                }
            }
            return Files.createDirectories(path).toRealPath();
        }
    }
}
