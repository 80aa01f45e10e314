package dev.carafe.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Namespaces without a process: files on which they are mounted keep them (namespaces(7)). All work in them happens
/// on threads made for it, so the daemon itself never leaves its own.
public final class Namespaces {
    private static final long NSFS_MAGIC = 0x6e736673;
    private static final Path SYSCTLS = Path.of("/proc/sys");

    /// What a thread of a process can leave alone; the others take a process of their own.
    private static final Set<NamespaceKind> OF_THREADS =
            Set.of(NamespaceKind.NETWORK, NamespaceKind.IPC, NamespaceKind.UTS, NamespaceKind.CGROUP);

    private Namespaces() {}

    /// Makes new namespaces, sets them up and pins each at its file, which is made. When it fails, nothing is pinned.
    ///
    /// @throws IllegalArgumentException for a kind that a thread can't be given alone: user, PID and mount
    public static void pin(Map<NamespaceKind, Path> pins, NamespaceSetup setup) throws IOException {
        if (!OF_THREADS.containsAll(pins.keySet())) {
            throw new IllegalArgumentException("a thread can't make all of " + pins.keySet());
        }
        OwnThread.call("namespaces", () -> {
            unshare(pins.keySet());
            set(setup);
            keep(pins, "/proc/thread-self/ns/");
            return pins;
        });
    }

    /// Pins a namespace that a process is in. When it fails, nothing is pinned.
    ///
    /// @throws ErrnoException ESRCH when the process has ended: what would be pinned might be another's
    public static void pin(Pidfd process, NamespaceKind kind, Path pin) throws IOException {
        keep(Map.of(kind, pin), "/proc/" + process.pid() + "/ns/");
        try {
            if (process.hasExited()) {
                throw new ErrnoException("pin " + kind + " namespace", "process " + process.pid(), Errno.ESRCH);
            }
        } catch (ErrnoException e) {
            unpinAfter(e, List.of(pin));
            throw e;
        }
    }

    private static void unshare(Set<NamespaceKind> kinds) throws ErrnoException {
        try (var call = new Call()) {
            var flags = kinds.stream().mapToInt(kind -> kind.cloneFlag).sum();
            call.checked(kinds.toString(), Syscall.UNSHARE, flags);
        }
    }

    /// On a thread that is in all of the pinned namespaces.
    static void setInside(Map<NamespaceKind, Path> pins, NamespaceSetup setup) throws IOException {
        OwnThread.call("namespaces", () -> {
            for (var pin : pins.values()) {
                join(pin);
            }
            set(setup);
            return pins;
        });
    }

    private static void set(NamespaceSetup setup) throws IOException {
        if (!setup.hostname().isEmpty()) {
            try (var call = new Call()) {
                var name = FileNames.encode(setup.hostname());
                call.checked(
                        setup.hostname(), Syscall.SETHOSTNAME, call.string(name).address(), name.length);
            }
        }
        if (setup.loopbackUp()) {
            NetworkInterfaces.raise("lo");
        }
        for (var sysctl : setup.sysctls().entrySet()) {
            Files.writeString(sysctlFile(sysctl.getKey()), sysctl.getValue());
        }
    }

    /// Dots separate the parts, and a slash stands for a dot in a part's name (sysctl(8)).
    static Path sysctlFile(String name) {
        var file = SYSCTLS.resolve(name.replace('.', '\0').replace('/', '.').replace('\0', '/'))
                .normalize();
        if (!file.startsWith(SYSCTLS)) {
            throw new IllegalArgumentException("not the name of a kernel parameter: " + name);
        }
        return file;
    }

    /// Pins those of a process, or of this thread. When it fails, nothing is pinned.
    static void keep(Map<NamespaceKind, Path> pins, String folder) throws IOException {
        var done = new ArrayList<Path>();
        try {
            for (var pin : pins.entrySet()) {
                done.add(pin.getValue());
                if (!Files.exists(pin.getValue())) {
                    Files.createFile(pin.getValue());
                }
                Mounts.bind(folder + pin.getKey().procName(), pin.getValue());
            }
        } catch (IOException e) {
            unpinAfter(e, done);
            throw e;
        }
    }

    private static void unpinAfter(IOException failure, List<Path> pins) {
        for (var pin : pins) {
            try {
                unpin(pin);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /// The namespace goes with its last user. Idempotent.
    public static void unpin(Path pin) throws IOException {
        Mounts.unmount(pin);
        Files.deleteIfExists(pin);
    }

    public static boolean isPinned(Path pin) throws ErrnoException {
        try {
            return StatFs.of(pin).type() == NSFS_MAGIC;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return false;
            }
            throw e;
        }
    }

    /// Runs the action on a thread that is in the pinned namespace; the action must not hand work to other threads.
    public static <T> T inside(Path pin, IoCallable<T> action) throws IOException {
        return OwnThread.call("inside " + pin, () -> {
            join(pin);
            return action.call();
        });
    }

    /// Runs the action inside each of the pinned namespaces in turn, all on one thread; those that are pinned no
    /// more are left out. The action must not hand work to other threads.
    public static <K, T> Map<K, T> insideEach(Map<K, Path> pins, IoCallable<T> action) throws IOException {
        if (pins.isEmpty()) {
            return Map.of();
        }
        return OwnThread.call("inside namespaces", () -> {
            var results = new HashMap<K, T>();
            for (var pin : pins.entrySet()) {
                if (joined(pin.getValue())) {
                    results.put(pin.getKey(), action.call());
                }
            }
            return results;
        });
    }

    private static boolean joined(Path pin) throws ErrnoException {
        try {
            join(pin);
            return true;
        } catch (ErrnoException e) {
            // ENOENT: its file is gone; EINVAL: only the file is left.
            if (e.is(Errno.ENOENT) || e.is(Errno.EINVAL)) {
                return false;
            }
            throw e;
        }
    }

    private static void join(Path pin) throws ErrnoException {
        try (var call = new Call();
                var fd = Fd.openRead(pin)) {
            call.checked(pin.toString(), Syscall.SETNS, fd.number(), 0);
        }
    }
}
