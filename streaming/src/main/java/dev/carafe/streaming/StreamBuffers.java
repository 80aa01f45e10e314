package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/// Where the bytes of streams lie on their way. The process's own allocator asks the system for each buffer, zeroes it
/// and gives it back, which costs a stream as much as copying its bytes; this one keeps what it has had, a megabyte at
/// a time, and takes nothing before the first stream.
final class StreamBuffers {
    private static final int PAGE_BYTES = 8 * 1024;

    /// Of pages, as a power of two: a megabyte is asked for at once.
    private static final int CHUNK_ORDER = 7;

    /// One event loop, and sessions on virtual threads: nothing is kept per thread.
    static final ByteBufAllocator ALLOCATOR =
            new PooledByteBufAllocator(true, 0, 1, PAGE_BYTES, CHUNK_ORDER, 0, 0, false);

    /// A copy costs less than what a buffer would hold beside so few bytes.
    private static final int COPIED_BYTES = 8 * 1024;

    private StreamBuffers() {}

    /// All that is readable, for later: the buffer itself when it holds little more, and otherwise a copy.
    ///
    /// @param room of a copy, at least
    static ByteBuf kept(ByteBuf bytes, int room, ByteBufAllocator allocator) {
        var count = bytes.readableBytes();
        var isFull = count >= COPIED_BYTES && count >= bytes.capacity() / 2;
        if (isFull && bytes.isDirect() && bytes.unwrap() == null) {
            return bytes.readRetainedSlice(count);
        }
        var size = Math.max(room, count);
        return allocator.directBuffer(size, size).writeBytes(bytes);
    }
}
