package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A folder mounted once more, for reading only and without programs, devices and set-user-id in it; not what is
/// mounted below it. Until it is attached nobody sees it, and closing it takes it back. It has a number, by which it
/// is told from what else is mounted on the same place. For one thread.
public final class ReadOnlyFolder implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int O_CLOEXEC = 02000000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    /// MOUNT_ATTR_RDONLY, _NOSUID, _NODEV and _NOEXEC.
    private static final long ATTRIBUTES = 0x0f;

    private static final long MS_PRIVATE = 1L << 18;
    /// struct mount_attr: attr_set, attr_clr, propagation, userns_fd.
    private static final long ATTR_BYTES = 4L * Long.BYTES;

    private final Fd tree;
    private final Path source;
    private final long number;

    private ReadOnlyFolder(Fd tree, Path source) throws ErrnoException {
        this.tree = tree;
        this.source = source;
        try (var call = new Call()) {
            var statx = call.allocate(Statx.BYTES);
            var at = tree.number();
            call.checked(
                    source.toString(),
                    Syscall.STATX,
                    at,
                    call.string(""),
                    AT_EMPTY_PATH,
                    Statx.MOUNT_ID,
                    statx.address());
            this.number = Statx.mountId(statx);
        }
    }

    /// @param source without links
    public static ReadOnlyFolder of(Path source) throws IOException {
        return OwnThread.blocking("mount " + source, () -> {
            try (var call = new Call()) {
                var flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_SYMLINK_NOFOLLOW;
                var number = call.checked(source.toString(), Syscall.OPEN_TREE, AT_FDCWD, call.path(source), flags);
                return restricted(new Fd((int) number), source);
            }
        });
    }

    private static ReadOnlyFolder restricted(Fd tree, Path source) throws ErrnoException {
        try (var call = new Call()) {
            var attributes = call.allocate(ATTR_BYTES);
            attributes.set(Call.LONG, 0, ATTRIBUTES);
            attributes.set(Call.LONG, 2L * Long.BYTES, MS_PRIVATE);
            call.checked(
                    source.toString(),
                    Syscall.MOUNT_SETATTR,
                    tree.number(),
                    call.string(""),
                    AT_EMPTY_PATH,
                    attributes.address(),
                    ATTR_BYTES);
            return new ReadOnlyFolder(tree, source);
        } catch (ErrnoException e) {
            tree.close();
            throw e;
        }
    }

    /// Which it is among all mounts as long as it is one; the number may be another's afterwards.
    public long number() {
        return number;
    }

    /// @param target what it is seen in place of, whatever has become of its path
    public void attach(Directory target) throws IOException {
        OwnThread.blocking("mount " + source, () -> {
            try (var call = new Call()) {
                var empty = call.string("");
                var flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
                call.checked(
                        source.toString(), Syscall.MOVE_MOUNT, tree.number(), empty, target.number(), empty, flags);
            }
            return target;
        });
    }

    /// Takes away the mount of that number and what is mounted over it; what was there before is seen again.
    /// Idempotent.
    ///
    /// @param target where it was attached
    public static void detach(Path target, long number) throws IOException {
        var above = above(Mounts.read(), target, number);
        for (var i = 0; i < above; i++) {
            Mounts.unmountTopmost(target);
        }
    }

    /// How many are to go until it is gone.
    private static int above(List<MountEntry> mounts, Path target, long number) {
        var there = mounts.stream()
                .filter(mount -> mount.mountPoint().equals(target))
                .map(MountEntry::id)
                .toList();
        var at = there.indexOf((int) number);
        return at < 0 ? 0 : there.size() - at;
    }

    /// What was attached stays.
    @Override
    public void close() {
        tree.close();
    }
}
