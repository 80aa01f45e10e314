package dev.carafe.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// System calls that belong together, with the memory they need and their errno, which is captured by the call
/// itself. For one thread and one moment: close it at the end of the method that made it.
///
/// All kernel calls go through libc's `syscall`: the kernel's structures are the same on all our architectures where
/// libc's are not. Its shape serves other functions too, since each further shape costs a start some 15 new classes.
final class Call implements AutoCloseable {
    static final Linker LINKER = Linker.nativeLinker();

    static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    private static final FunctionDescriptor LONGS = FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final Linker.Option CAPTURED = Linker.Option.captureCallState("errno");
    private static final MethodHandle SYSCALL = function("syscall");

    /// Enough for errno, a path or two and a small structure.
    private static final int BLOCK_BYTES = 1024;

    private static final int ALIGNMENT = 16;

    /// Zeroed blocks that no call has now. They are kept for good: as many as there once were calls at a time, each
    /// on a thread that the kernel holds. A block of its own for each call would cost more than many a system call.
    private static final Queue<MemorySegment> FREE = new ConcurrentLinkedQueue<>();

    private final MemorySegment block = block();
    private final MemorySegment state = block.asSlice(0, STATE);
    private long used = aligned(STATE.byteSize());
    private @Nullable Arena further;

    private static MemorySegment block() {
        var free = FREE.poll();
        return free == null ? Arena.global().allocate(BLOCK_BYTES, ALIGNMENT) : free;
    }

    /// A function of libc that takes up to seven integers or addresses, each as a long of which it looks at as much as
    /// it wants (System V and AArch64 ABIs); so with what it gives back. Before them goes memory for [#STATE].
    static MethodHandle function(String name) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), LONGS, CAPTURED);
    }

    /// Zeroed memory that lives until close.
    @SuppressWarnings("MustBeClosedChecker") // close() closes it
    MemorySegment allocate(long bytes) {
        if (used + bytes > BLOCK_BYTES) {
            if (further == null) {
                further = Arena.ofConfined();
            }
            return further.allocate(bytes, ALIGNMENT);
        }
        var slice = block.asSlice(used, bytes);
        used = aligned(used + bytes);
        return slice;
    }

    long string(String value) {
        return string(FileNames.encode(value)).address();
    }

    long path(Path path) {
        return string(path.toString());
    }

    MemorySegment string(byte[] bytes) {
        for (var b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("NUL inside a string for the kernel");
            }
        }
        var segment = allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    /// The result as it is; -1 means failed, and [#errno()] says why.
    long tried(Syscall call, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) SYSCALL.invokeExact(state, call.number, a, b, c, d, e, f);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    long tried(Syscall call, long a, long b, long c) {
        return tried(call, a, b, c, 0, 0, 0);
    }

    /// Once more as long as a signal interrupts it, and failures as exceptions.
    long checked(String subject, Syscall call, long a, long b, long c, long d, long e) throws ErrnoException {
        while (true) {
            var result = tried(call, a, b, c, d, e, 0);
            if (result != -1) {
                return result;
            }
            if (errno() != Errno.EINTR) {
                throw failure(call, subject);
            }
        }
    }

    long checked(String subject, Syscall call, long a, long b, long c, long d) throws ErrnoException {
        return checked(subject, call, a, b, c, d, 0);
    }

    long checked(String subject, Syscall call, long a, long b, long c) throws ErrnoException {
        return checked(subject, call, a, b, c, 0, 0);
    }

    long checked(String subject, Syscall call, long a, long b) throws ErrnoException {
        return checked(subject, call, a, b, 0, 0, 0);
    }

    long checked(String subject, Syscall call, long a) throws ErrnoException {
        return checked(subject, call, a, 0, 0, 0, 0);
    }

    int errno() {
        return (int) ERRNO.get(state, 0L);
    }

    ErrnoException failure(Syscall call, String subject) {
        return new ErrnoException(call.call(), subject, errno());
    }

    /// To be called once.
    @Override
    public void close() {
        if (further != null) {
            further.close();
        }
        block.asSlice(0, used).fill((byte) 0);
        FREE.add(block);
    }

    private static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /// Layouts for structures whose fields stand where they stand, aligned or not.
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
}
