package dev.carafe.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One overlay mount (the kernel's Documentation/filesystems/overlayfs.rst). The mount API takes the layers one by
/// one (`lowerdir+`, Linux 6.7); before that mount(2) takes all in one page of options. All but the upper folder,
/// which is what people look for, are named by their descriptors: the kernel repeats the names in
/// `/proc/PID/mountinfo`, which runtimes read whole several times for each container and each command. What is written
/// is `volatile` where the kernel knows that (5.10): no sync of the upper layer's file system, neither for programs
/// that ask nor when it is unmounted.
final class OverlayMount {
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;

    private static final String UPPER = "upperdir";

    /// The kernel's bound on a value of fsconfig(2), its NUL included.
    private static final int MAXIMUM_VALUE_BYTES = 256;

    /// A page of options with its NUL (mount(2)); pages are larger on some machines.
    private static final int MAXIMUM_OPTIONS_BYTES = 4096;

    private static final int MESSAGE_BYTES = 512;

    private static final String VOLATILE = "volatile";

    private final List<Path> lower;
    private final Map<String, Path> writable;
    private final int flags;
    private final Path target;
    private final SelinuxLabel label;
    private final Map<Path, Fd> opened = new HashMap<>();

    private OverlayMount(List<Path> lower, Map<String, Path> writable, int flags, Path target, SelinuxLabel label) {
        this.lower = List.copyOf(lower);
        this.writable = writable;
        this.flags = flags;
        this.target = target;
        this.label = label;
    }

    static OverlayMount writable(List<Path> lower, Path upper, Path work, Path target, SelinuxLabel label) {
        var folders = new LinkedHashMap<String, Path>();
        folders.put(UPPER, upper);
        folders.put("workdir", work);
        return new OverlayMount(lower, folders, 0, target, label);
    }

    static OverlayMount readOnly(List<Path> lower, Set<MountFlag> flags, Path target, SelinuxLabel label) {
        return new OverlayMount(lower, Map.of(), MountFlag.READ_ONLY.bit | MountFlag.bits(flags), target, label);
    }

    void run() throws ErrnoException {
        try (var call = new Call()) {
            if (!mountedLayerByLayer(call)) {
                mountAtOnce(call);
            }
        } finally {
            opened.values().forEach(Fd::close);
        }
    }

    /// False when the kernel is too old for it.
    private boolean mountedLayerByLayer(Call call) throws ErrnoException {
        var context = call.tried(Syscall.FSOPEN, call.string("overlay"), FSOPEN_CLOEXEC, 0);
        if (context < 0) {
            if (call.errno() == Errno.ENOSYS || call.errno() == Errno.EPERM) {
                return false;
            }
            throw call.failure(Syscall.FSOPEN, "overlay");
        }
        try (var fd = new Fd((int) context)) {
            if (!set(call, fd, "lowerdir+", lower.getFirst())) {
                return false;
            }
            for (var layer : lower.subList(1, lower.size())) {
                require(call, fd, "lowerdir+", layer);
            }
            for (var folder : writable.entrySet()) {
                require(call, fd, folder.getKey(), folder.getValue());
            }
            if (!label.isNone() && !set(call, fd, Mounts.CONTEXT, label.text())) {
                throw failure(call, Syscall.FSCONFIG, fd);
            }
            if (!writable.isEmpty()) {
                call.checked(VOLATILE, Syscall.FSCONFIG, fd.number(), FSCONFIG_SET_FLAG, call.string(VOLATILE), 0, 0);
            }
            if (call.tried(Syscall.FSCONFIG, fd.number(), FSCONFIG_CMD_CREATE, 0, 0, 0, 0) < 0) {
                throw failure(call, Syscall.FSCONFIG, fd);
            }
            var mount = call.tried(Syscall.FSMOUNT, fd.number(), FSMOUNT_CLOEXEC, flags);
            if (mount < 0) {
                throw failure(call, Syscall.FSMOUNT, fd);
            }
            attach(call, (int) mount);
            return true;
        }
    }

    /// False when the kernel does not know the key.
    private boolean set(Call call, Fd context, String key, Path value) throws ErrnoException {
        return set(call, context, key, shortName(key, value));
    }

    private boolean set(Call call, Fd context, String key, String value) throws ErrnoException {
        var result = call.tried(
                Syscall.FSCONFIG, context.number(), FSCONFIG_SET_STRING, call.string(key), call.string(value), 0, 0);
        if (result < 0 && call.errno() != Errno.EINVAL) {
            throw failure(call, Syscall.FSCONFIG, context);
        }
        return result == 0;
    }

    private void require(Call call, Fd context, String key, Path value) throws ErrnoException {
        if (!set(call, context, key, value)) {
            throw failure(call, Syscall.FSCONFIG, context);
        }
    }

    private void attach(Call call, int mount) throws ErrnoException {
        try (var fd = new Fd(mount)) {
            call.checked(
                    target.toString(),
                    Syscall.MOVE_MOUNT,
                    fd.number(),
                    call.string(""),
                    AT_FDCWD,
                    call.path(target),
                    MOVE_MOUNT_F_EMPTY_PATH);
        }
    }

    private void mountAtOnce(Call call) throws ErrnoException {
        var reserve = VOLATILE.length() + 1;
        var options = options((key, folder) -> key.equals(UPPER) ? folder.toString() : descriptor(folder));
        if (options.getBytes(StandardCharsets.UTF_8).length + reserve >= MAXIMUM_OPTIONS_BYTES) {
            options = options((_, folder) -> descriptor(folder));
        }
        if (!writable.isEmpty() && mount(call, options + "," + VOLATILE) >= 0) {
            return;
        }
        if (mount(call, options) < 0) {
            throw call.failure(Syscall.MOUNT, target.toString());
        }
    }

    private long mount(Call call, String options) {
        return call.tried(
                Syscall.MOUNT,
                call.string("overlay"),
                call.path(target),
                call.string("overlay"),
                flags,
                call.string(options),
                0);
    }

    String options(Naming naming) throws ErrnoException {
        var layers = new ArrayList<String>();
        for (var layer : lower) {
            layers.add(escaped(naming.name("lowerdir", layer)));
        }
        var options = new StringBuilder("lowerdir=" + String.join(":", layers));
        for (var folder : writable.entrySet()) {
            var name = naming.name(folder.getKey(), folder.getValue());
            options.append(',').append(folder.getKey()).append('=').append(escaped(name));
        }
        if (!label.isNone()) {
            options.append(',').append(Mounts.contextOption(label));
        }
        return options.toString();
    }

    private String shortName(String key, Path folder) throws ErrnoException {
        var path = folder.toString();
        var isGiven = key.equals(UPPER) && path.getBytes(StandardCharsets.UTF_8).length < MAXIMUM_VALUE_BYTES;
        return isGiven ? path : descriptor(folder);
    }

    /// A path through a descriptor that stays open until the mount is made.
    private String descriptor(Path folder) throws ErrnoException {
        var fd = opened.get(folder);
        if (fd == null) {
            fd = open(folder);
            opened.put(folder, fd);
        }
        return "/proc/self/fd/" + fd.number();
    }

    private Fd open(Path folder) throws ErrnoException {
        try (var call = new Call()) {
            var subject = folder + " for the overlay on " + target;
            return new Fd(
                    (int) call.checked(subject, Syscall.OPENAT, AT_FDCWD, call.path(folder), O_PATH | O_CLOEXEC, 0));
        }
    }

    private static String escaped(String path) {
        return path.replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,");
    }

    /// With what the file system says of it (fsopen(2), "Message retrieval").
    private ErrnoException failure(Call call, Syscall which, Fd context) {
        var errno = call.errno();
        var message = call.allocate(MESSAGE_BYTES);
        var length = call.tried(Syscall.READ, context.number(), message.address(), MESSAGE_BYTES);
        var text = length > 0
                ? " (" + new String(message.asSlice(0, length).toArray(Call.BYTE), StandardCharsets.UTF_8).strip() + ")"
                : "";
        return new ErrnoException(which.call(), target + text, errno);
    }

    /// How the options name a folder.
    @FunctionalInterface
    interface Naming {
        String name(String key, Path folder) throws ErrnoException;
    }
}
