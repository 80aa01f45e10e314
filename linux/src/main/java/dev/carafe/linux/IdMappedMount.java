package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Path;

/// A mount of what is at a path already, where files have other owners: what is the root's on disk is that of the
/// user namespace's root (mount_setattr(2), MOUNT_ATTR_IDMAP; Linux 5.12, and 5.19 for layers of overlays).
final class IdMappedMount {
    private static final long MOUNT_ATTR_IDMAP = 0x00100000;
    private static final long MS_SLAVE = 1L << 19;

    private IdMappedMount() {}

    /// With all that is mounted below the source.
    ///
    /// @param source where it leads now; a link is not followed
    /// @param follows what is mounted below the source later appears here too, but with its own owners
    static void make(Path source, Path target, UserNamespace users, boolean follows) throws ErrnoException {
        try (var namespace = Fd.openRead(users.pin());
                var tree = MountTree.clone(source, MountTree.AT_RECURSIVE)) {
            // Never a peer of the source: what is unmounted here would be unmounted there.
            tree.set(MOUNT_ATTR_IDMAP, follows ? MS_SLAVE : MountTree.MS_PRIVATE, namespace.number());
            tree.attach(target);
        }
    }

    /// In the words of an operator.
    static IOException failure(Path source, ErrnoException e) {
        return switch (e.errno()) {
            case Errno.EINVAL, Errno.ENOSYS, Errno.EPERM ->
                new IOException(
                        "the kernel can't give " + source + ", or what is mounted below it, other owners: its file"
                                + " system knows no idmapped mounts, or its owners were changed before",
                        e);
            default -> e;
        };
    }
}
