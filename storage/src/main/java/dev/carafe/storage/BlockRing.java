package dev.carafe.storage;

import dev.carafe.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// A few blocks of memory that go from one thread, which fills them, to another and back. The one that fills waits
/// when the other has them all. To be closed when neither uses it any more.
final class BlockRing implements AutoCloseable {
    static final int BLOCK_BYTES = 256 << 10;
    static final int BLOCKS = 4;

    private final NativeMemory memory = new NativeMemory(BLOCKS * BLOCK_BYTES);
    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BLOCKS);
    /// Has room for all blocks and the last word, so that putting never waits.
    private final BlockingQueue<Piece> filled = new ArrayBlockingQueue<>(BLOCKS + 1);

    sealed interface Piece {}

    record Filled(ByteBuffer block) implements Piece {}

    /// The last piece.
    ///
    /// @param digest of all that came, in hexadecimal digits
    record End(String digest) implements Piece {}

    /// The last piece.
    record Failed(Throwable why) implements Piece {}

    BlockRing() {
        var all = memory.buffer();
        for (var i = 0; i < BLOCKS; i++) {
            free.add(all.slice(i * BLOCK_BYTES, BLOCK_BYTES));
        }
    }

    /// An empty one.
    ByteBuffer empty() throws InterruptedException {
        return free.take().clear();
    }

    void put(Piece piece) {
        filled.add(piece);
    }

    Piece next() throws InterruptedException {
        return filled.take();
    }

    void giveBack(ByteBuffer block) {
        free.add(block);
    }

    @Override
    public void close() {
        memory.close();
    }
}
