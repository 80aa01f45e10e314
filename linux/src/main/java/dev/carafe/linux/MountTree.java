package dev.carafe.linux;

import java.nio.file.Path;

/// A mount of what is at a path already, which nobody sees until it is attached (open_tree(2), OPEN_TREE_CLONE).
/// Closing it takes it back where it is not. For one thread.
final class MountTree implements AutoCloseable {
    /// With all that is mounted below.
    static final int AT_RECURSIVE = 0x8000;

    static final long MS_PRIVATE = 1L << 18;

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int O_CLOEXEC = 02000000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    /// struct mount_attr: attr_set, attr_clr, propagation, userns_fd.
    private static final long ATTR_BYTES = 4L * Long.BYTES;

    private final Fd fd;
    private final Path source;
    private final int flags;

    private MountTree(Fd fd, Path source, int flags) {
        this.fd = fd;
        this.source = source;
        this.flags = flags;
    }

    /// @param source where it leads now; a link is not followed
    /// @param flags [#AT_RECURSIVE] or 0
    static MountTree clone(Path source, int flags) throws ErrnoException {
        try (var call = new Call()) {
            var open = OPEN_TREE_CLONE | O_CLOEXEC | AT_SYMLINK_NOFOLLOW | flags;
            var number = call.checked(source.toString(), Syscall.OPEN_TREE, AT_FDCWD, call.path(source), open);
            return new MountTree(new Fd((int) number), source, flags);
        }
    }

    int number() {
        return fd.number();
    }

    /// mount_setattr(2).
    ///
    /// @param attributes that it gets beside those that it has
    /// @param users the descriptor of a user namespace for MOUNT_ATTR_IDMAP, else 0
    void set(long attributes, long propagation, long users) throws ErrnoException {
        try (var call = new Call()) {
            var struct = call.allocate(ATTR_BYTES);
            struct.set(Call.LONG, 0, attributes);
            struct.set(Call.LONG, 2L * Long.BYTES, propagation);
            struct.set(Call.LONG, 3L * Long.BYTES, users);
            call.checked(
                    source.toString(),
                    Syscall.MOUNT_SETATTR,
                    number(),
                    call.string(""),
                    AT_EMPTY_PATH | flags,
                    struct.address(),
                    ATTR_BYTES);
        }
    }

    void attach(Path target) throws ErrnoException {
        attach(target.toString(), AT_FDCWD, target.toString(), MOVE_MOUNT_F_EMPTY_PATH);
    }

    /// @param target what it is seen in place of, whatever has become of its path
    void attach(Directory target) throws ErrnoException {
        attach(source.toString(), target.number(), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    }

    private void attach(String subject, int folder, String path, int how) throws ErrnoException {
        try (var call = new Call()) {
            call.checked(subject, Syscall.MOVE_MOUNT, number(), call.string(""), folder, call.string(path), how);
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
