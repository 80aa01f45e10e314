package dev.carafe.engine.spec;

import java.nio.file.Path;
import java.util.List;

/// What the node says of the mounts of its containers; the names are those of CRI-O's keys.
///
/// @param files of mounts for every container (containers-mounts.conf(5)); the first that is there counts
/// @param prefix `bind_mount_prefix`: where the host's root is for the daemon and the runtime; the empty path: at `/`
public record NodeMounts(List<Path> files, Path prefix) {
    public static final Path NO_PREFIX = Path.of("");

    /// CRI-O's where its configuration file says nothing.
    public static final NodeMounts USUAL = new NodeMounts(
            List.of(Path.of("/etc/containers/mounts.conf"), Path.of("/usr/share/containers/mounts.conf")), NO_PREFIX);

    public NodeMounts {
        files = List.copyOf(files);
    }
}
