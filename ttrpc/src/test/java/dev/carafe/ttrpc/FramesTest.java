package dev.carafe.ttrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
                bytes.put(sent.getLast().bytes());
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

    @Test
    void aMessageThatAnnouncesMoreThanTheProtocolAllowsIsRefusedBeforeItHasMemory() {
        for (var length : new int[] {Frame.MOST_DATA_BYTES + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            var header = ByteBuffer.allocate(Frame.HEADER_BYTES).putInt(length).array();
            var failure = assertThrows(IOException.class, () -> new Frames().take(header));
            assertTrue(failure.getMessage().contains(Integer.toUnsignedString(length)), failure.getMessage());
        }
    }
}
