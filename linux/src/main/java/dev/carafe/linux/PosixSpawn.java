package dev.carafe.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// libc's posix_spawn(3) with its file actions and attributes, for one start.
final class PosixSpawn implements AutoCloseable {
    /// Larger than `posix_spawn_file_actions_t` (80), `posix_spawnattr_t` (336) and `sigset_t` (128) of glibc and
    /// musl.
    private static final int OPAQUE_BYTES = 512;

    private static final int O_RDWR = 2;
    private static final int SETPGROUP = 0x02;
    private static final int SETSIGDEF = 0x04;
    private static final int SETSIGMASK = 0x08;
    private static final int SETSID = 0x80;

    private static final MethodHandle SPAWN = Call.function("posix_spawn");
    private static final MethodHandle ACTIONS_INIT = Call.function("posix_spawn_file_actions_init");
    private static final MethodHandle ACTIONS_DESTROY = Call.function("posix_spawn_file_actions_destroy");
    private static final MethodHandle ADD_DUP2 = Call.function("posix_spawn_file_actions_adddup2");
    private static final MethodHandle ADD_OPEN = Call.function("posix_spawn_file_actions_addopen");
    private static final MethodHandle ADD_CLOSEFROM = Call.function("posix_spawn_file_actions_addclosefrom_np");
    private static final MethodHandle ADD_CHDIR = Call.function("posix_spawn_file_actions_addchdir_np");
    private static final MethodHandle ATTR_INIT = Call.function("posix_spawnattr_init");
    private static final MethodHandle ATTR_DESTROY = Call.function("posix_spawnattr_destroy");
    private static final MethodHandle ATTR_FLAGS = Call.function("posix_spawnattr_setflags");
    private static final MethodHandle ATTR_DEFAULTS = Call.function("posix_spawnattr_setsigdefault");
    private static final MethodHandle ATTR_MASK = Call.function("posix_spawnattr_setsigmask");

    private final Arena arena;
    private final MemorySegment state;
    private final long actions;
    private final long attributes;

    PosixSpawn(Arena arena) {
        this.arena = arena;
        state = arena.allocate(Call.STATE);
        actions = opaque().address();
        attributes = opaque().address();
        check("posix_spawn_file_actions_init", ACTIONS_INIT, actions);
        check("posix_spawnattr_init", ATTR_INIT, attributes);
    }

    private MemorySegment opaque() {
        return arena.allocate(OPAQUE_BYTES, 16);
    }

    void duplicate(int source, int target) {
        check("adddup2", ADD_DUP2, actions, source, target);
    }

    /// What a session's leader opens and is a terminal becomes its controlling one (tty(4)).
    void open(int target, String file) {
        check("addopen", ADD_OPEN, actions, target, string(file), O_RDWR, 0);
    }

    void closeFrom(int first) {
        check("addclosefrom_np", ADD_CLOSEFROM, actions, first);
    }

    void changeDirectory(Path folder) {
        check("addchdir_np", ADD_CHDIR, actions, string(folder.toString()));
    }

    int spawn(Path program, List<String> argv, List<String> environment, boolean newSession) throws ErrnoException {
        check("setsigmask", ATTR_MASK, attributes, opaque().address());
        check(
                "setsigdefault",
                ATTR_DEFAULTS,
                attributes,
                opaque().fill((byte) 0xFF).address());
        // A session's leader leads its group too; asking for both fails (setpgid(2), EPERM).
        check("setflags", ATTR_FLAGS, attributes, SETSIGDEF | SETSIGMASK | (newSession ? SETSID : SETPGROUP));
        var pid = arena.allocate(JAVA_INT);
        var errno = call(
                SPAWN,
                pid.address(),
                string(program.toString()),
                actions,
                attributes,
                strings(argv),
                strings(environment));
        if (errno != 0) {
            throw new ErrnoException("posix_spawn", program.toString(), errno);
        }
        return pid.get(JAVA_INT, 0);
    }

    private long string(String text) {
        var bytes = FileNames.encode(text);
        for (var b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("NUL inside a string for a program");
            }
        }
        var segment = arena.allocate(bytes.length + 1L);
        segment.copyFrom(MemorySegment.ofArray(bytes));
        return segment.address();
    }

    private long strings(List<String> texts) {
        var pointers = arena.allocate(JAVA_LONG, texts.size() + 1L);
        for (var i = 0; i < texts.size(); i++) {
            pointers.setAtIndex(JAVA_LONG, i, string(texts.get(i)));
        }
        return pointers.address();
    }

    @Override
    public void close() {
        check("posix_spawn_file_actions_destroy", ACTIONS_DESTROY, actions);
        check("posix_spawnattr_destroy", ATTR_DESTROY, attributes);
    }

    /// These fail only for lack of memory or by our mistake.
    private void check(String name, MethodHandle function, long... arguments) {
        var six = Arrays.copyOf(arguments, 6);
        var errno = call(function, six[0], six[1], six[2], six[3], six[4], six[5]);
        if (errno != 0) {
            throw new IllegalStateException(name + ": " + Errno.name(errno));
        }
    }

    /// The errno is what they give back.
    private int call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try {
            return (int) (long) function.invokeExact(state, a, b, c, d, e, f, 0L);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
