package dev.carafe.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Memory outside the heap for bytes that go to the kernel from where they are. It is gone when it is closed, not
/// when a collector comes by: a buffer used afterwards throws. Any thread may use it and close it; a close while a
/// system call works on it is the owner's mistake.
public final class NativeMemory implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    /// Zeroed.
    ///
    /// @throws OutOfMemoryError when the host has none
    public NativeMemory(int bytes) {
        segment = arena.allocate(bytes, ALIGNMENT);
    }

    /// All of it, with a position and a limit of its own.
    public ByteBuffer buffer() {
        return segment.asByteBuffer();
    }

    /// To be called once.
    @Override
    public void close() {
        arena.close();
    }
}
