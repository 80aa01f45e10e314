package dev.carafe.engine.spec;

import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.MountPropagation;
import dev.carafe.engine.Invalid;
import dev.carafe.linux.Directory;
import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.UserNamespace;
import dev.carafe.oci.RuntimeSpec;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The mounts of the container's configuration: paths of the host, links in them followed, a missing one made as a
/// folder. What is mounted below them comes along. Images are mounted already: their paths are as they are to be.
final class HostMounts {
    private static final String FIELD = "mounts.host_path";

    private static final List<String> OF_IMAGES = List.of("bind", "rprivate", "ro", "nosuid", "nodev");

    private HostMounts() {}

    static List<RuntimeSpec.Mount> of(SpecRequest request, ContainerDefaults defaults) throws IOException {
        var asked = request.container().getMountsList();
        var table = asked.stream().anyMatch(mount -> mount.getPropagation() != MountPropagation.PROPAGATION_PRIVATE)
                ? MountTable.read()
                : new MountTable(List.of());
        var mounts = new ArrayList<RuntimeSpec.Mount>();
        for (var mount : asked) {
            if (mount.hasImage()) {
                var options = MountOptions.with(OF_IMAGES, mount.getMountOptionsList());
                mounts.add(SpecMount.bind(Path.of(mount.getHostPath()), destination(mount), options));
                continue;
            }
            var source = source(mount.getHostPath(), defaults);
            var usual = List.of("rbind", propagation(mount, source, table), access(mount));
            var options = MountOptions.with(usual, mount.getMountOptionsList());
            var owners = UserIds.areMapped(mount) ? UserIds.mappings(request.pod()) : List.<RuntimeSpec.IdMapping>of();
            mounts.add(SpecMount.bind(source, destination(mount), options, owners));
        }
        return mounts;
    }

    /// Of an image it always is.
    static boolean isRecursivelyReadOnly(Mount mount) {
        return mount.getRecursiveReadOnly() && !mount.hasImage();
    }

    private static String access(Mount mount) {
        if (isRecursivelyReadOnly(mount)) {
            return "rro";
        }
        return mount.getReadonly() ? "ro" : "rw";
    }

    static String destination(Mount mount) {
        return AbsolutePath.inRoot(mount.getContainerPath(), "mounts.container_path")
                .toString();
    }

    /// What the container's root must pass on for these mounts; empty when nothing in particular.
    static Optional<String> rootPropagation(SpecRequest request) {
        var asked = request.container().getMountsList().stream()
                .map(Mount::getPropagation)
                .collect(Collectors.toSet());
        if (asked.contains(MountPropagation.PROPAGATION_BIDIRECTIONAL)) {
            return Optional.of("rshared");
        }
        return asked.contains(MountPropagation.PROPAGATION_HOST_TO_CONTAINER)
                ? Optional.of("rslave")
                : Optional.empty();
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
        var path = AbsolutePath.of(hostPath, FIELD);
        var prefix = defaults.additions().mounts().prefix();
        if (!prefix.equals(NodeMounts.NO_PREFIX)) {
            return below(prefix, path, defaults);
        }
        // A link to nothing is refused below: what it names is not the request's to make.
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            refuseAbsent(path, defaults);
            make(path);
        }
        return HostPath.real(hostPath, FIELD);
    }

    /// For a daemon that finds the host's root there: links lead to nowhere else.
    private static Path below(Path prefix, Path path, ContainerDefaults defaults) throws IOException {
        try (var root = Directory.open(prefix)) {
            if (!exists(root, path)) {
                refuseAbsent(path, defaults);
                new RootFolders(prefix, UserNamespace.HOST.ids()).make(path.normalize(), FIELD);
            }
            return root.real(path.toString());
        } catch (ErrnoException e) {
            throw new Invalid(FIELD + ": " + path + " below bind_mount_prefix " + prefix + ": " + e.getMessage());
        }
    }

    private static boolean exists(Directory root, Path path) throws ErrnoException {
        try {
            var _ = root.real(path.toString());
            return true;
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            return false;
        }
    }

    private static void refuseAbsent(Path path, ContainerDefaults defaults) {
        for (var rejected : defaults.absentMountSourcesToReject()) {
            if (path.normalize().equals(Path.of(rejected).normalize())) {
                throw new Invalid(
                        FIELD + ": " + path + " does not exist and may not be made (absent_mount_sources_to_reject)");
            }
        }
    }

    private static void make(Path path) throws IOException {
        for (var above = path; above != null; above = above.getParent()) {
            if (Files.exists(above, LinkOption.NOFOLLOW_LINKS)) {
                if (!Files.isDirectory(above)) {
                    throw new Invalid(FIELD + ": " + path + " can't be made: " + above + " is not a folder");
                }
                break;
            }
        }
        try {
            Files.createDirectories(path);
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw new Invalid(FIELD + ": " + path + " does not exist, and its file system lets nobody make it");
        }
    }
}
