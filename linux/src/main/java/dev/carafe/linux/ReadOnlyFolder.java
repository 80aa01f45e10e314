package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A folder mounted once more, for reading only and without programs, devices and set-user-id in it; not what is
/// mounted below it. Until it is attached nobody sees it, and closing it takes it back. It has a number, by which it
/// is told from what else is mounted on the same place. For one thread.
public final class ReadOnlyFolder implements AutoCloseable {
    private static final int AT_EMPTY_PATH = 0x1000;
    /// MOUNT_ATTR_RDONLY, _NOSUID, _NODEV and _NOEXEC.
    private static final long ATTRIBUTES = 0x0f;

    private final MountTree tree;
    private final Path source;
    private final long number;

    private ReadOnlyFolder(MountTree tree, Path source) throws ErrnoException {
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
            var tree = MountTree.clone(source, 0);
            try {
                tree.set(ATTRIBUTES, MountTree.MS_PRIVATE, 0);
                return new ReadOnlyFolder(tree, source);
            } catch (ErrnoException e) {
                tree.close();
                throw e;
            }
        });
    }

    /// Which it is among all mounts as long as it is one; the number may be another's afterwards.
    public long number() {
        return number;
    }

    /// @param target what it is seen in place of, whatever has become of its path
    public void attach(Directory target) throws IOException {
        OwnThread.blocking("mount " + source, () -> {
            tree.attach(target);
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
