package dev.carafe.nri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final int ROUNDS = 200;

    @Test
    void messagesComeTogetherWhereverTheirPartsAreCut() throws IOException {
        var seed = Long.getLong("carafe.test.seed", System.nanoTime());
        var random = new Random(seed);
        for (var round = 0; round < ROUNDS; round++) {
            var sent = new ArrayList<Frame>();
            var bytes = ByteBuffer.allocate(200_000);
            for (var i = random.nextInt(5); i >= 0; i--) {
                var data = new byte[random.nextInt(random.nextBoolean() ? 20 : 20_000)];
                random.nextBytes(data);
                sent.add(new Frame(random.nextInt(), (byte) random.nextInt(4), ByteString.copyFrom(data)));
                bytes.put(inner(sent.getLast()));
            }
            assertEquals(sent, cut(bytes.flip(), random), "seed " + seed);
        }
    }

    private static List<Frame> cut(ByteBuffer bytes, Random random) throws IOException {
        var frames = new Frames();
        var received = new ArrayList<Frame>();
        while (bytes.hasRemaining()) {
            var part = new byte[Math.min(bytes.remaining(), random.nextInt(5000))];
            bytes.get(part);
            received.addAll(frames.take(part));
        }
        return received;
    }

    /// Without the multiplexer's headers.
    private static byte[] inner(Frame frame) {
        var outer = ByteBuffer.wrap(frame.through(1));
        var inner = ByteBuffer.allocate(outer.remaining());
        while (outer.hasRemaining()) {
            assertEquals(1, outer.getInt());
            var part = new byte[outer.getInt()];
            outer.get(part);
            inner.put(part);
        }
        return Arrays.copyOf(inner.array(), inner.position());
    }

    @Test
    void theFirstPartFitsIntoAReadersBufferAndOneOtherHasTheRest() {
        var large = new Frame(7, Frame.REQUEST, ByteString.copyFrom(new byte[100_000])).through(2);
        var parts = ByteBuffer.wrap(large);
        assertEquals(2, parts.getInt());
        assertEquals(4096, parts.getInt());
        parts.position(parts.position() + 4096);
        assertEquals(2, parts.getInt());
        assertEquals(100_010 - 4096, parts.getInt());
        assertEquals(100_010 - 4096, parts.remaining());
        var small = ByteBuffer.wrap(new Frame(7, Frame.REQUEST, ByteString.EMPTY).through(2));
        assertEquals(8 + 10, small.remaining());
    }

    @Test
    void aMessageThatAnnouncesMoreThanTheProtocolAllowsIsRefusedBeforeItHasMemory() {
        for (var length : new int[] {Frame.MOST_DATA_BYTES + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            var header = ByteBuffer.allocate(Frame.HEADER_BYTES).putInt(length).array();
            var failure = assertThrows(IOException.class, () -> new Frames().take(header));
            assertTrue(failure.getMessage().contains(Integer.toUnsignedString(length)), failure.getMessage());
        }
    }
}
