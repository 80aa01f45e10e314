package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Path;

/// A mount of what is at a path already, where files have other owners: what is the root's on disk is that of the
/// user namespace's root (mount_setattr(2), MOUNT_ATTR_IDMAP; Linux 5.12, and 5.19 for layers of overlays).
final class IdMappedMount {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int O_CLOEXEC = 02000000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final long MOUNT_ATTR_IDMAP = 0x00100000;
    private static final long MS_PRIVATE = 1L << 18;
    private static final long MS_SLAVE = 1L << 19;
    /// struct mount_attr: attr_set, attr_clr, propagation, userns_fd.
    private static final long ATTR_BYTES = 4L * Long.BYTES;

    private IdMappedMount() {}

    /// With all that is mounted below the source.
    ///
    /// @param source where it leads now; a link is not followed
    /// @param follows what is mounted below the source later appears here too, but with its own owners
    static void make(Path source, Path target, UserNamespace users, boolean follows) throws ErrnoException {
        try (var call = new Call();
                var namespace = Fd.openRead(users.pin());
                var tree = clone(call, source)) {
            var attributes = call.allocate(ATTR_BYTES);
            attributes.set(Call.LONG, 0, MOUNT_ATTR_IDMAP);
            attributes.set(Call.LONG, 1L * Long.BYTES, 0L);
            // Never a peer of the source: what is unmounted here would be unmounted there.
            attributes.set(Call.LONG, 2L * Long.BYTES, follows ? MS_SLAVE : MS_PRIVATE);
            attributes.set(Call.LONG, 3L * Long.BYTES, (long) namespace.number());
            call.checked(
                    source.toString(),
                    Syscall.MOUNT_SETATTR,
                    tree.number(),
                    call.string(""),
                    AT_EMPTY_PATH | AT_RECURSIVE,
                    attributes.address(),
                    ATTR_BYTES);
            call.checked(
                    target.toString(),
                    Syscall.MOVE_MOUNT,
                    tree.number(),
                    call.string(""),
                    AT_FDCWD,
                    call.path(target),
                    MOVE_MOUNT_F_EMPTY_PATH);
        }
    }

    private static Fd clone(Call call, Path source) throws ErrnoException {
        var flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW;
        return new Fd((int) call.checked(source.toString(), Syscall.OPEN_TREE, AT_FDCWD, call.path(source), flags));
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
