package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/// The header blocks that we send, all without headers: a zlib stream (RFC 1950) that holds them uncompressed and is
/// flushed after each. A compressor would keep a quarter of a megabyte for each connection. For one thread.
final class StoredBlocks {
    /// Deflate, a window of 32 KiB, no dictionary.
    private static final int ZLIB_HEADER = 0x7801;

    private static final int STORED = 0;

    private static final int BLOCK_BYTES = 32;

    private boolean hasBegun;

    /// A block that says "no headers".
    ByteBuf next(ByteBufAllocator allocator) {
        var block = allocator.buffer(BLOCK_BYTES);
        if (!hasBegun) {
            block.writeShort(ZLIB_HEADER);
            hasBegun = true;
        }
        store(block, Integer.BYTES);
        block.writeInt(0);
        store(block, 0);
        return block;
    }

    /// The head of a stored block (RFC 1951, section 3.2.4); an empty one is what ends a flush.
    private static void store(ByteBuf block, int length) {
        block.writeByte(STORED);
        block.writeShortLE(length);
        block.writeShortLE(~length);
    }
}
