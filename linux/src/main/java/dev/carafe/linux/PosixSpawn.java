package dev.carafe.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;

/// libc's posix_spawn(3) with its file actions and attributes, for one start.
final class PosixSpawn implements AutoCloseable {
    /// Larger than `posix_spawn_file_actions_t` (80), `posix_spawnattr_t` (336) and `sigset_t` (128) of glibc and
    /// musl.
    private static final int OPAQUE_BYTES = 512;

    private static final int O_RDWR = 2;
    private static final short SETPGROUP = 0x02;
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final short SETSID = 0x80;

    private static final MethodHandle SPAWN =
            handle("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle ACTIONS_INIT = handle("posix_spawn_file_actions_init", ADDRESS);
    private static final MethodHandle ACTIONS_DESTROY = handle("posix_spawn_file_actions_destroy", ADDRESS);
    private static final MethodHandle ADD_DUP2 =
            handle("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle ADD_OPEN =
            handle("posix_spawn_file_actions_addopen", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle ADD_CLOSEFROM =
            handle("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);
    private static final MethodHandle ADD_CHDIR = handle("posix_spawn_file_actions_addchdir_np", ADDRESS, ADDRESS);
    private static final MethodHandle ATTR_INIT = handle("posix_spawnattr_init", ADDRESS);
    private static final MethodHandle ATTR_DESTROY = handle("posix_spawnattr_destroy", ADDRESS);
    private static final MethodHandle ATTR_FLAGS = handle("posix_spawnattr_setflags", ADDRESS, JAVA_SHORT);
    private static final MethodHandle ATTR_DEFAULTS = handle("posix_spawnattr_setsigdefault", ADDRESS, ADDRESS);
    private static final MethodHandle ATTR_MASK = handle("posix_spawnattr_setsigmask", ADDRESS, ADDRESS);

    private final Arena arena;
    private final MemorySegment actions;
    private final MemorySegment attributes;

    PosixSpawn(Arena arena) {
        this.arena = arena;
        actions = arena.allocate(OPAQUE_BYTES, 16);
        attributes = arena.allocate(OPAQUE_BYTES, 16);
        check("posix_spawn_file_actions_init", () -> (int) ACTIONS_INIT.invokeExact(actions));
        check("posix_spawnattr_init", () -> (int) ATTR_INIT.invokeExact(attributes));
    }

    void duplicate(int source, int target) {
        check("adddup2", () -> (int) ADD_DUP2.invokeExact(actions, source, target));
    }

    /// What a session's leader opens and is a terminal becomes its controlling one (tty(4)).
    void open(int target, String file) {
        var path = arena.allocateFrom(file);
        check("addopen", () -> (int) ADD_OPEN.invokeExact(actions, target, path, O_RDWR, 0));
    }

    void closeFrom(int first) {
        check("addclosefrom_np", () -> (int) ADD_CLOSEFROM.invokeExact(actions, first));
    }

    void changeDirectory(Path folder) {
        var path = string(folder.toString());
        check("addchdir_np", () -> (int) ADD_CHDIR.invokeExact(actions, path));
    }

    int spawn(Path program, List<String> argv, List<String> environment, boolean newSession) throws ErrnoException {
        var none = arena.allocate(OPAQUE_BYTES, 16);
        var all = arena.allocate(OPAQUE_BYTES, 16).fill((byte) 0xFF);
        check("setsigmask", () -> (int) ATTR_MASK.invokeExact(attributes, none));
        check("setsigdefault", () -> (int) ATTR_DEFAULTS.invokeExact(attributes, all));
        // A session's leader leads its group too; asking for both fails (setpgid(2), EPERM).
        var flags = (short) (SETSIGDEF | SETSIGMASK | (newSession ? SETSID : SETPGROUP));
        check("setflags", () -> (int) ATTR_FLAGS.invokeExact(attributes, flags));
        var pid = arena.allocate(JAVA_INT);
        var path = string(program.toString());
        var arguments = strings(argv);
        var variables = strings(environment);
        var errno = call(() -> (int) SPAWN.invokeExact(pid, path, actions, attributes, arguments, variables));
        if (errno != 0) {
            throw new ErrnoException("posix_spawn", program.toString(), errno);
        }
        return pid.get(JAVA_INT, 0);
    }

    private MemorySegment string(String text) {
        var bytes = FileNames.encode(text);
        for (var b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("NUL inside a string for a program");
            }
        }
        var segment = arena.allocate(bytes.length + 1L);
        segment.copyFrom(MemorySegment.ofArray(bytes));
        return segment;
    }

    private MemorySegment strings(List<String> texts) {
        var pointers = arena.allocate(ADDRESS, texts.size() + 1L);
        for (var i = 0; i < texts.size(); i++) {
            pointers.setAtIndex(ADDRESS, i, string(texts.get(i)));
        }
        return pointers;
    }

    @Override
    public void close() {
        check("posix_spawn_file_actions_destroy", () -> (int) ACTIONS_DESTROY.invokeExact(actions));
        check("posix_spawnattr_destroy", () -> (int) ATTR_DESTROY.invokeExact(attributes));
    }

    private static MethodHandle handle(String name, MemoryLayout... parameters) {
        return Call.LINKER.downcallHandle(
                Call.LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, parameters));
    }

    /// These fail only for lack of memory or by our mistake.
    private static void check(String name, Native function) {
        var errno = call(function);
        if (errno != 0) {
            throw new IllegalStateException(name + ": " + Errno.name(errno));
        }
    }

    private static int call(Native function) {
        try {
            return function.call();
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    @FunctionalInterface
    private interface Native {
        int call() throws Throwable;
    }
}
