package dev.carafe.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Mounts of the daemon's mount namespace. Safe for all threads; calls that a file system can hold up run on a thread
/// of their own where the caller is a virtual one.
public final class Mounts {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int MS_BIND = 0x1000;
    private static final int MNT_DETACH = 2;
    /// The option by which all files of a mount have one label (mount(8)).
    static final String CONTEXT = "context";
    private static final int UMOUNT_NOFOLLOW = 8;

    /// Mounts on one place, one over another, that [#unmount] takes away; a crash can leave two.
    private static final int MAXIMUM_STACKED = 32;

    private Mounts() {}

    /// Mounts the layers merged, what is written going to `upper`. A power cut may take that: nobody waits for the
    /// disk.
    ///
    /// @param lower the topmost first, at least one
    /// @param upper on the same file system as `work`, which is an empty folder that was never used
    /// @param label that all files have there
    public static void overlay(List<Path> lower, Path upper, Path work, Path target, SelinuxLabel label)
            throws IOException {
        OwnThread.blocking("mount " + target, () -> {
            OverlayMount.writable(lower, upper, work, target, label).run();
            return target;
        });
    }

    /// Mounts the layers merged, for reading only.
    ///
    /// @param lower the topmost first, at least two: the kernel merges no single one
    /// @param flags beside [MountFlag#READ_ONLY], which it has in any case
    /// @param label that all files have there
    public static void overlayReadOnly(List<Path> lower, Set<MountFlag> flags, Path target, SelinuxLabel label)
            throws IOException {
        var others = EnumSet.noneOf(MountFlag.class);
        others.addAll(flags);
        others.remove(MountFlag.READ_ONLY);
        OwnThread.blocking("mount " + target, () -> {
            OverlayMount.readOnly(lower, others, target, label).run();
            return target;
        });
    }

    /// Mounts the source and all that is mounted below it once more, with the owners that it has for the namespace.
    ///
    /// @param source a path without links
    /// @param target a folder, or a file for a file
    /// @param follows whether what is mounted below the source later appears there too
    public static void idMapped(Path source, Path target, UserNamespace users, boolean follows) throws IOException {
        OwnThread.blocking("mount " + target, () -> {
            try {
                IdMappedMount.make(source, target, users, follows);
            } catch (ErrnoException e) {
                throw IdMappedMount.failure(source, e);
            }
            return target;
        });
    }

    /// @param mode of its root directory
    /// @param label that all files have there
    public static void tmpfs(Path target, long sizeBytes, int mode, Set<MountFlag> flags, SelinuxLabel label)
            throws ErrnoException {
        try (var call = new Call()) {
            call.checked(
                    target.toString(),
                    Syscall.MOUNT,
                    call.string("tmpfs"),
                    call.path(target),
                    call.string("tmpfs"),
                    MountFlag.bits(flags),
                    call.string(tmpfsOptions(sizeBytes, mode, label)));
        }
    }

    static String tmpfsOptions(long sizeBytes, int mode, SelinuxLabel label) {
        var options = "size=" + sizeBytes + ",mode=" + Integer.toOctalString(mode);
        return label.isNone() ? options : options + "," + contextOption(label);
    }

    /// Quotes: levels have commas, which part options.
    static String contextOption(SelinuxLabel label) {
        return CONTEXT + "=\"" + label.text() + "\"";
    }

    /// The file appears at the target too, which is a file. Not what is mounted below it.
    static void bind(String source, Path target) throws ErrnoException {
        try (var call = new Call()) {
            call.checked(target.toString(), Syscall.MOUNT, call.string(source), call.path(target), 0, MS_BIND, 0);
        }
    }

    /// Takes away whatever is mounted at the target; nothing more is seen there when it returns, even if somebody
    /// still uses it. Idempotent.
    public static void unmount(Path target) throws IOException {
        OwnThread.blocking("unmount " + target, () -> {
            for (var i = 0; i < MAXIMUM_STACKED && detach(target); i++) {
                // What was below it is there now.
            }
            return target;
        });
    }

    /// Takes away what was mounted at the target last, and leaves what is below it.
    static void unmountTopmost(Path target) throws IOException {
        OwnThread.blocking("unmount " + target, () -> detach(target));
    }

    /// False when nothing is mounted there.
    private static boolean detach(Path target) throws ErrnoException {
        try (var call = new Call()) {
            if (call.tried(Syscall.UMOUNT2, call.path(target), MNT_DETACH | UMOUNT_NOFOLLOW, 0) == 0) {
                return true;
            }
            return switch (call.errno()) {
                case Errno.EINVAL, Errno.ENOENT -> false;
                default -> throw call.failure(Syscall.UMOUNT2, target.toString());
            };
        }
    }

    /// False also when there is no such file.
    public static boolean isMountPoint(Path target) throws ErrnoException {
        try (var call = new Call()) {
            return isMountPoint(call, AT_FDCWD, call.path(target), target.toString());
        }
    }

    static boolean isMountPoint(Call call, int at, long path, String description) throws ErrnoException {
        var statx = call.allocate(Statx.BYTES);
        if (call.tried(Syscall.STATX, at, path, AT_SYMLINK_NOFOLLOW, Statx.BASIC, statx.address(), 0) == 0) {
            return Statx.isMountRoot(statx);
        }
        if (call.errno() == Errno.ENOENT || call.errno() == Errno.ENOTDIR) {
            return false;
        }
        throw call.failure(Syscall.STATX, description);
    }

    /// What is mounted, in the order in which it was (proc_pid_mountinfo(5)).
    public static List<MountEntry> read() throws IOException {
        return Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)
                .lines()
                .map(MountEntry::parse)
                .toList();
    }
}
