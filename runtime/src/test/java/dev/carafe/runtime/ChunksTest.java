package dev.carafe.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ChunksTest {
    private static final int MANY = 1000;
    private static final int MOST_OF_A_PACKET = 8 * 1024 + 1;
    private static final int BOUND_BYTES = 16 << 20;

    private final Chunks chunks = new Chunks();

    @Test
    void manyThatAreKeptTakeLittle() {
        var kept = new ArrayList<ByteBuffer>();
        for (var i = 0; i < MANY; i++) {
            kept.add(chunks.take());
        }
        var bytes = kept.stream().mapToInt(ByteBuffer::capacity).sum();
        assertTrue(bytes < BOUND_BYTES, () -> MANY + " hold " + bytes + " bytes");
        assertTrue(kept.getLast().capacity() >= MOST_OF_A_PACKET, "packets of conmon's would be cut off");
        kept.forEach(chunks::giveBack);
        assertEquals(Chunks.BYTES, chunks.take().capacity());
    }

    @Test
    void whatComesBackIsLentAgainWhole() {
        var first = chunks.take();
        first.position(1).limit(2);
        chunks.giveBack(first);
        var again = chunks.take();
        assertSame(first, again);
        assertEquals(Chunks.BYTES, again.remaining());
    }
}
