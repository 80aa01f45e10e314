package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/// Where the bytes of streams lie on their way. The process's own allocator asks the system for each buffer, zeroes it
/// and gives it back, which costs a stream as much as copying its bytes; this one keeps what it has had, a megabyte at
/// a time, and takes nothing before the first stream.
public final class StreamBuffers {
    private static final int PAGE_BYTES = 8 * 1024;

    /// Of pages, as a power of two: a megabyte is asked for at once.
    private static final int CHUNK_ORDER = 7;

    /// For the connections of servers and clients. One event loop, and sessions on virtual threads: nothing is kept per
    /// thread.
    public static final ByteBufAllocator ALLOCATOR =
            new PooledByteBufAllocator(true, 0, 1, PAGE_BYTES, CHUNK_ORDER, 0, 0, false);

    /// A copy costs less than what a buffer would hold beside so few bytes.
    private static final int COPIED_BYTES = 8 * 1024;

    private static final int READ_AT_LEAST_BYTES = 64;
    private static final int READ_AT_FIRST_BYTES = 2 * 1024;
    private static final int MAX_READ_BYTES = 128 * 1024;

    private StreamBuffers() {}

    /// How much a connection reads at once: more where much came the last times, since each reading of TCP answers the
    /// sender.
    public static RecvByteBufAllocator readings() {
        return new AdaptiveRecvByteBufAllocator(READ_AT_LEAST_BYTES, READ_AT_FIRST_BYTES, MAX_READ_BYTES);
    }

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
