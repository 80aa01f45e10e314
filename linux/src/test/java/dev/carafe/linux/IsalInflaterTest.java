package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// ISA-L gives what the JDK's inflater gives. Skipped where the host has no ISA-L.
class IsalInflaterTest {
    private static final int ROUNDS = 60;
    private static final int TRAILER = 8;

    @BeforeEach
    void hasTheLibrary() {
        assumeTrue(IsalInflater.isPresent());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyDataInAnyPiecesComesOutAsItWentIn(long seed) throws DataFormatException {
        var random = new SplittableRandom(seed);
        for (var round = 0; round < ROUNDS; round++) {
            var data = data(random);
            var compressed = deflated(data, random);
            var input = Arrays.copyOf(compressed, compressed.length + TRAILER);
            var run = new Run(random);
            assertArrayEquals(data, run.inflate(input, data.length + 100));
            assertEquals(TRAILER, input.length - run.given + run.remaining, "bytes after the end, round " + round);
        }
    }

    @Test
    void whatTheJdkTakesForDamagedNeverComesOutAsOtherData() {
        var random = new SplittableRandom(4);
        var refused = 0;
        for (var round = 0; round < 10 * ROUNDS; round++) {
            var data = data(random);
            var damaged = deflated(data, random);
            for (var flips = random.nextInt(1, 4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            var expected = jdk(damaged, 2 * data.length + 1000);
            try {
                var found = new Run(random).inflate(damaged, 2 * data.length + 1000);
                var common = Math.min(expected.length, found.length);
                assertArrayEquals(Arrays.copyOf(expected, common), Arrays.copyOf(found, common));
            } catch (DataFormatException _) {
                refused++;
            }
        }
        assertTrue(refused > ROUNDS / 6, "refused " + refused);
    }

    @Test
    void noiseEndsInAnErrorOrInNothing() {
        var random = new SplittableRandom(5);
        for (var round = 0; round < 10 * ROUNDS; round++) {
            var noise = new byte[random.nextInt(1, 5000)];
            random.nextBytes(noise);
            try {
                new Run(random).inflate(noise, 1 << 20);
            } catch (DataFormatException e) {
                assertTrue(e.getMessage().startsWith("invalid"), e.getMessage());
            }
        }
    }

    @Test
    void aBufferOfTheHeapIsRefused() {
        try (var inflater = new IsalInflater()) {
            assertThrows(IllegalArgumentException.class, () -> inflater.inflate(ByteBuffer.allocate(10)));
        }
    }

    /// One stream, given and taken in random pieces.
    private static final class Run {
        private final SplittableRandom random;
        private int given;
        private int remaining;

        Run(SplittableRandom random) {
            this.random = random;
        }

        /// Up to the end of the data, of the input or of the room.
        byte[] inflate(byte[] input, int room) throws DataFormatException {
            var most = random.nextInt(4) == 0 ? 9 : 50_000;
            try (var inflater = new IsalInflater();
                    var memory = new NativeMemory(room)) {
                var target = memory.buffer();
                while (!inflater.isFinished() && target.position() < room) {
                    target.limit(Math.min(room, target.position() + random.nextInt(1, most)));
                    if (inflater.inflate(target) == 0 && !inflater.isFinished()) {
                        var length = Math.min(input.length - given, random.nextInt(1, most));
                        if (length == 0) {
                            break;
                        }
                        inflater.input(input, given, length);
                        given += length;
                    }
                }
                remaining = inflater.remaining();
                var found = new byte[target.position()];
                target.get(0, found);
                return found;
            }
        }
    }

    private static byte[] jdk(byte[] input, int room) {
        var found = new byte[room];
        try (var inflater = new Inflater(true)) {
            inflater.setInput(input);
            var length = 0;
            try {
                while (length < room && !inflater.finished() && !inflater.needsInput()) {
                    length += inflater.inflate(found, length, room - length);
                }
            } catch (DataFormatException _) {
                length = (int) inflater.getBytesWritten();
            }
            return Arrays.copyOf(found, length);
        }
    }

    private static byte[] data(SplittableRandom random) {
        var data = new byte[random.nextInt(100_000)];
        var alphabet = random.nextInt(1, 257);
        for (var i = 0; i < data.length; i++) {
            data[i] = i > 300 && random.nextInt(3) > 0
                    ? data[i - random.nextInt(1, 300)]
                    : (byte) random.nextInt(alphabet);
        }
        return data;
    }

    private static byte[] deflated(byte[] data, SplittableRandom random) {
        try (var deflater = new Deflater(random.nextInt(10), true)) {
            deflater.setStrategy(random.nextInt(3));
            deflater.setInput(data);
            deflater.finish();
            var compressed = new byte[2 * data.length + 1000];
            var length = 0;
            while (!deflater.finished()) { // the first call may do no more than set the strategy
                length += deflater.deflate(compressed, length, compressed.length - length);
            }
            return Arrays.copyOf(compressed, length);
        }
    }
}
