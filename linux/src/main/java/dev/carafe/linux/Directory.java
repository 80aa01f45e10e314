package dev.carafe.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A directory held open, so that what is done in it happens there whatever becomes of its path.
///
/// Methods that take a *name* act on that entry of the directory itself: the name is one component, and a symbolic
/// link of that name is not followed. Methods that take a *path* resolve it as if this directory were `/`: neither
/// `..` nor an absolute link leads out of it (openat2(2), RESOLVE_IN_ROOT). Names are as [FileNames] has them.
///
/// For one thread at a time. The calls block while the file system works; only [#removeTree] moves that to a thread
/// of its own.
public final class Directory implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int O_RDONLY = 0;
    private static final int O_WRONLY = 1;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;
    private static final int O_NOFOLLOW = Syscall.Host.AARCH64 ? 0100000 : 0400000;
    private static final int O_DIRECTORY = Syscall.Host.AARCH64 ? 040000 : 0200000;

    private static final long RESOLVE_NO_XDEV = 0x01;
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_NO_SYMLINKS = 0x04;
    private static final long RESOLVE_BENEATH = 0x08;
    private static final long RESOLVE_IN_ROOT = 0x10;
    private static final long OPEN_HOW_BYTES = 24;

    /// openat2 answers EAGAIN when something was renamed while it walked; a hostile renamer must not keep us.
    private static final int RESOLUTIONS = 32;

    private static final int PATH_MAX = 4096;
    private static final int NAMES_BYTES = 32 * 1024;
    /// The kernel's bounds (limits.h: XATTR_LIST_MAX, XATTR_SIZE_MAX).
    private static final int MAXIMUM_XATTR_BYTES = 64 * 1024;

    private final Fd fd;
    private final String description;

    private Directory(int number, String description) {
        this.fd = new Fd(number);
        this.description = description;
    }

    public static Directory open(Path path) throws ErrnoException {
        try (var call = new Call()) {
            var flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
            var number = call.checked(path.toString(), Syscall.OPENAT, AT_FDCWD, call.path(path), flags, 0);
            return new Directory((int) number, path.toString());
        }
    }

    /// The directory at the path.
    public Directory directory(String path) throws ErrnoException {
        var number = openat2(path, O_RDONLY | O_DIRECTORY, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        return new Directory(number, described(path));
    }

    /// Where it is now, without links.
    ///
    /// @throws java.nio.file.InvalidPathException when one of the names is no text
    public Path path() throws ErrnoException {
        return path(fd, description);
    }

    int number() {
        return fd.openNumber();
    }

    private static Path path(Fd fd, String description) throws ErrnoException {
        try (var call = new Call()) {
            var target = call.allocate(PATH_MAX);
            var length = call.checked(
                    description,
                    Syscall.READLINKAT,
                    AT_FDCWD,
                    call.string("/proc/self/fd/" + fd.openNumber()),
                    target.address(),
                    PATH_MAX);
            return Path.of(FileNames.decode(target.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE)));
        }
    }

    /// The directory of that name if it is one of this file system: ENOTDIR or ELOOP for what is none, EXDEV for a
    /// mount point.
    Directory ownDirectory(String name) throws ErrnoException {
        var resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
        return new Directory(openat2(checkedName(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, resolve), described(name));
    }

    /// The directory at the path, if all of it is of this file system: ENOTDIR or ELOOP where a part of it is none,
    /// EXDEV
    /// for a mount point.
    Directory ownDescendant(String path) throws ErrnoException {
        var resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
        return new Directory(openat2(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, resolve), described(path));
    }

    private int openat2(String path, long flags, long resolve) throws ErrnoException {
        try (var call = new Call()) {
            var how = call.allocate(OPEN_HOW_BYTES);
            how.set(Call.LONG, 0, flags | O_CLOEXEC);
            how.set(Call.LONG, 2L * Long.BYTES, resolve);
            var name = call.string(path.isEmpty() ? "." : path);
            for (var tries = 1; ; tries++) {
                var number = call.tried(Syscall.OPENAT2, fd.openNumber(), name, how.address(), OPEN_HOW_BYTES, 0, 0);
                if (number >= 0) {
                    return (int) number;
                }
                var again = call.errno() == Errno.EAGAIN || call.errno() == Errno.EINTR;
                if (!again || tries == RESOLUTIONS) {
                    throw call.failure(Syscall.OPENAT2, described(path));
                }
            }
        }
    }

    /// A new regular file for writing; EEXIST if the name is taken. The mode is subject to the umask.
    public Fd create(String name, int mode) throws ErrnoException {
        try (var call = new Call()) {
            var flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
            return Fd.ofRegularFile((int) checked(call, Syscall.OPENAT, name, flags, mode));
        }
    }

    /// The regular file at the path, for reading. What is none is refused with EINVAL without being opened: opening a
    /// FIFO waits, and opening a device may do anything.
    public Fd openFile(String path) throws ErrnoException {
        try (var place = new Fd(openat2(path, O_PATH, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS));
                var call = new Call()) {
            var status = status(call, place.number(), "", AT_EMPTY_PATH);
            if (status.isEmpty() || status.get().type() != FileType.REGULAR) {
                throw new ErrnoException("open", described(path) + ", which is no regular file", Errno.EINVAL);
            }
            var magic = call.string("/proc/self/fd/" + place.number());
            return Fd.ofRegularFile(
                    (int) call.checked(described(path), Syscall.OPENAT, AT_FDCWD, magic, O_RDONLY | O_CLOEXEC, 0));
        }
    }

    /// Where the path leads, links followed as if this directory were the root; to a file of any type.
    public Path real(String path) throws ErrnoException {
        try (var place = new Fd(openat2(path, O_PATH, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS))) {
            return path(place, described(path));
        }
    }

    /// The mode is subject to the umask.
    public void mkdir(String name, int mode) throws ErrnoException {
        try (var call = new Call()) {
            checked(call, Syscall.MKDIRAT, name, mode, 0);
        }
    }

    public void symlink(String target, String name) throws ErrnoException {
        try (var call = new Call()) {
            var at = fd.openNumber();
            call.checked(described(name), Syscall.SYMLINKAT, call.string(target), at, call.string(checkedName(name)));
        }
    }

    /// A further name for the other directory's file.
    public void link(Directory from, String fromName, String name) throws ErrnoException {
        try (var call = new Call()) {
            call.checked(
                    described(name),
                    Syscall.LINKAT,
                    from.fd.openNumber(),
                    call.string(checkedName(fromName)),
                    fd.openNumber(),
                    call.string(checkedName(name)),
                    0);
        }
    }

    /// @param modeWithType [FileType#bits()] and permissions, which are subject to the umask
    public void mknod(String name, int modeWithType, int major, int minor) throws ErrnoException {
        try (var call = new Call()) {
            checked(call, Syscall.MKNODAT, name, modeWithType, device(major, minor));
        }
    }

    /// The kernel's encoding (kdev_t.h): twelve bits of major between the lower eight and the upper twelve of minor.
    private static long device(int major, int minor) {
        return (minor & 0xffL) | ((long) major << 8) | ((minor & ~0xffL) << 12);
    }

    /// What has the new name goes away, as rename(2) has it.
    public void rename(String name, Directory to, String newName) throws ErrnoException {
        try (var call = new Call()) {
            call.checked(
                    described(name),
                    Syscall.RENAMEAT2,
                    fd.openNumber(),
                    call.string(checkedName(name)),
                    to.fd.openNumber(),
                    call.string(checkedName(newName)),
                    0);
        }
    }

    public void unlink(String name) throws ErrnoException {
        try (var call = new Call()) {
            checked(call, Syscall.UNLINKAT, name, 0, 0);
        }
    }

    /// Only an empty one.
    void rmdir(String name) throws ErrnoException {
        try (var call = new Call()) {
            checked(call, Syscall.UNLINKAT, name, AT_REMOVEDIR, 0);
        }
    }

    /// Deletes what has that name, a directory with all in it. Idempotent. Symbolic links are not followed, and what
    /// is mounted below is not entered: then it fails with EXDEV or EBUSY and leaves the rest. Runs on a thread of
    /// its own where the caller is a virtual one.
    public void removeTree(String name) throws IOException {
        if (status(name).isPresent()) { // mostly it is not, and a thread costs more than the look
            OwnThread.blocking("remove " + name, () -> {
                new TreeRemoval(this).run(name);
                return this;
            });
        }
    }

    /// Empty when there is no such name.
    public Optional<FileStatus> status(String name) throws ErrnoException {
        try (var call = new Call()) {
            return status(call, fd.openNumber(), checkedName(name), AT_SYMLINK_NOFOLLOW);
        }
    }

    /// Of this directory itself.
    public FileStatus status() throws ErrnoException {
        try (var call = new Call()) {
            return status(call, fd.openNumber(), "", AT_EMPTY_PATH)
                    .orElseThrow(() -> new ErrnoException("statx", description, Errno.ENOENT));
        }
    }

    /// Whether something else is seen there than this file system's own. False also when there is no such name.
    boolean isMountPoint(String name) throws ErrnoException {
        try (var call = new Call()) {
            return Mounts.isMountPoint(call, fd.openNumber(), call.string(checkedName(name)), described(name));
        }
    }

    private Optional<FileStatus> status(Call call, int at, String name, int flags) throws ErrnoException {
        var statx = call.allocate(Statx.BYTES);
        if (call.tried(Syscall.STATX, at, call.string(name), flags, Statx.BASIC, statx.address(), 0) == 0) {
            return Optional.of(Statx.status(statx));
        }
        if (call.errno() == Errno.ENOENT) {
            return Optional.empty();
        }
        throw call.failure(Syscall.STATX, described(name));
    }

    /// Without `.` and `..`, in the file system's order.
    public List<String> names() throws ErrnoException {
        var names = new ArrayList<String>();
        try (var call = new Call()) {
            // An offset of its own: a reader that has been here before has left the directory's at its end.
            var flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
            try (var again = new Fd(
                    (int) call.checked(description, Syscall.OPENAT, fd.openNumber(), call.string("."), flags, 0))) {
                var buffer = call.allocate(NAMES_BYTES);
                while (true) {
                    var length = call.checked(
                            description, Syscall.GETDENTS64, again.number(), buffer.address(), NAMES_BYTES);
                    if (length == 0) {
                        return names;
                    }
                    addNames(names, buffer.asSlice(0, length));
                }
            }
        }
    }

    /// `struct linux_dirent64` (getdents64(2)): inode, offset, length of the entry, type, name with NUL.
    private static void addNames(List<String> names, MemorySegment entries) {
        for (var at = 0L; at < entries.byteSize(); ) {
            var name = FileNames.decode(terminated(entries, at + 19));
            if (!name.equals(".") && !name.equals("..")) {
                names.add(name);
            }
            at += entries.get(Call.SHORT, at + 16) & 0xffff;
        }
    }

    private static byte[] terminated(MemorySegment bytes, long from) {
        var end = from;
        while (bytes.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        return bytes.asSlice(from, end - from).toArray(ValueLayout.JAVA_BYTE);
    }

    /// Takes away set-user-id and set-group-id of regular files, as chown(2) does.
    public void own(String name, int uid, int gid) throws ErrnoException {
        try (var call = new Call()) {
            call.checked(
                    described(name),
                    Syscall.FCHOWNAT,
                    fd.openNumber(),
                    call.string(checkedName(name)),
                    Integer.toUnsignedLong(uid),
                    Integer.toUnsignedLong(gid),
                    AT_SYMLINK_NOFOLLOW);
        }
    }

    /// EOPNOTSUPP for a symbolic link, which has no mode.
    public void mode(String name, int mode) throws ErrnoException {
        try (var call = new Call()) {
            var at = fd.openNumber();
            var nameAddress = call.string(checkedName(name));
            var result = call.tried(Syscall.FCHMODAT2, at, nameAddress, mode, AT_SYMLINK_NOFOLLOW, 0, 0);
            if (result == 0) {
                return;
            }
            // Before Linux 6.6, and under seccomp filters that don't know the call.
            if (call.errno() != Errno.ENOSYS && call.errno() != Errno.EPERM) {
                throw call.failure(Syscall.FCHMODAT2, described(name));
            }
            modeThroughProc(call, name, mode);
        }
    }

    private void modeThroughProc(Call call, String name, int mode) throws ErrnoException {
        var flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
        try (var place = new Fd((int) checked(call, Syscall.OPENAT, name, flags, 0))) {
            var status = status(call, place.number(), "", AT_EMPTY_PATH);
            if (status.filter(s -> s.type() == FileType.SYMBOLIC_LINK).isPresent()) {
                throw new ErrnoException("fchmodat", described(name), Errno.EOPNOTSUPP);
            }
            var magic = call.string("/proc/self/fd/" + place.number());
            call.checked(described(name), Syscall.FCHMODAT, AT_FDCWD, magic, mode);
        }
    }

    public void times(String name, Instant accessed, Instant modified) throws ErrnoException {
        try (var call = new Call()) {
            var times = call.allocate(4L * Long.BYTES);
            times.set(Call.LONG, 0, accessed.getEpochSecond());
            times.set(Call.LONG, Long.BYTES, accessed.getNano());
            times.set(Call.LONG, 2L * Long.BYTES, modified.getEpochSecond());
            times.set(Call.LONG, 3L * Long.BYTES, modified.getNano());
            checked(call, Syscall.UTIMENSAT, name, times.address(), AT_SYMLINK_NOFOLLOW);
        }
    }

    public void xattr(String name, String key, byte[] value) throws ErrnoException {
        try (var call = new Call()) {
            var bytes = call.allocate(Math.max(1, value.length));
            MemorySegment.copy(value, 0, bytes, ValueLayout.JAVA_BYTE, 0, value.length);
            call.checked(
                    described(name) + " " + key,
                    Syscall.LSETXATTR,
                    throughProc(call, name),
                    call.string(key),
                    bytes.address(),
                    value.length,
                    0);
        }
    }

    /// All that may be seen; empty where the file system has none.
    public Map<String, byte[]> xattrs(String name) throws ErrnoException {
        try (var call = new Call()) {
            var path = throughProc(call, name);
            if (call.tried(Syscall.LLISTXATTR, path, 0, 0) == 0) {
                return Map.of();
            }
            var keys = call.allocate(MAXIMUM_XATTR_BYTES);
            var length = call.tried(Syscall.LLISTXATTR, path, keys.address(), MAXIMUM_XATTR_BYTES);
            if (length < 0 && call.errno() == Errno.EOPNOTSUPP) {
                return Map.of();
            }
            if (length < 0) {
                throw call.failure(Syscall.LLISTXATTR, described(name));
            }
            var xattrs = new LinkedHashMap<String, byte[]>();
            var value = call.allocate(MAXIMUM_XATTR_BYTES);
            for (var at = 0L; at < length; ) {
                var bytes = terminated(keys, at);
                at += bytes.length + 1L;
                var key = FileNames.decode(bytes);
                xattr(call, path, key, value, name).ifPresent(found -> xattrs.put(key, found));
            }
            return xattrs;
        }
    }

    /// Empty where the file has none of that key, or its file system has none at all.
    Optional<byte[]> xattrOf(String name, String key) throws ErrnoException {
        try (var call = new Call()) {
            return xattr(call, throughProc(call, name), key, call.allocate(MAXIMUM_XATTR_BYTES), name);
        } catch (ErrnoException e) {
            if (e.is(Errno.EOPNOTSUPP)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Empty when it went away since it was listed.
    private Optional<byte[]> xattr(Call call, long path, String key, MemorySegment buffer, String name)
            throws ErrnoException {
        var length = call.tried(Syscall.LGETXATTR, path, call.string(key), buffer.address(), buffer.byteSize(), 0, 0);
        if (length >= 0) {
            return Optional.of(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
        if (call.errno() == Errno.ENODATA) {
            return Optional.empty();
        }
        throw call.failure(Syscall.LGETXATTR, described(name) + " " + key);
    }

    public String readlink(String name) throws ErrnoException {
        try (var call = new Call()) {
            var target = call.allocate(PATH_MAX);
            var length = checked(call, Syscall.READLINKAT, name, target.address(), PATH_MAX);
            return FileNames.decode(target.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /// For calls that take no directory and don't follow the last component.
    private long throughProc(Call call, String name) {
        return call.string("/proc/self/fd/" + fd.openNumber() + "/" + checkedName(name));
    }

    private long checked(Call call, Syscall which, String name, long c, long d) throws ErrnoException {
        return call.checked(described(name), which, fd.openNumber(), call.string(checkedName(name)), c, d);
    }

    private String described(String name) {
        return name.isEmpty() ? description : description + "/" + name;
    }

    /// @throws IllegalArgumentException when it could mean anything but an entry of this directory
    private static String checkedName(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("not the name of an entry: " + name);
        }
        return name;
    }

    /// Idempotent.
    @Override
    public void close() {
        fd.close();
    }
}
