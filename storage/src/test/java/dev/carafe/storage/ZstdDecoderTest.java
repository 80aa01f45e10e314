package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/// Zstandard streams, right ones and wrong ones.
class ZstdDecoderTest {
    private final Semaphore largeWindow = new Semaphore(1);

    private byte[] decode(byte[] zstd) throws IOException {
        return Decoding.all(ZstdDecoder.open(new CompressedInput(new ByteArrayInputStream(zstd)), largeWindow), 10_000);
    }

    private static byte[] frame(byte[] content) {
        try (var context = new ZstdCompressCtx()) {
            return context.setChecksum(true).compress(content);
        }
    }

    @Test
    void framesThatFollowOneAnotherAreOneStream() throws IOException {
        var text = Decoding.text(300_000);
        var skippable = new byte[] {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
        assertArrayEquals(
                Decoding.joined(text, text),
                decode(Decoding.joined(skippable, frame(text), skippable, frame(new byte[0]), frame(text), skippable)));
    }

    @Test
    void anySizeOfPiecesGivesTheSame() throws IOException {
        var random = new SplittableRandom(1);
        var text = Decoding.text(50_000);
        for (var round = 0; round < 50; round++) {
            var source = Decoding.inPieces(Decoding.joined(frame(text), frame(text)), random, 1 + round);
            var decoder = ZstdDecoder.open(new CompressedInput(source), largeWindow);
            assertArrayEquals(Decoding.joined(text, text), Decoding.all(decoder, 100 + round));
        }
    }

    @Test
    void anyBeginningOfAStreamIsDamage() {
        var zstd = frame(Decoding.text(2000));
        for (var length = 4; length < zstd.length; length++) {
            var cut = Arrays.copyOf(zstd, length);
            assertThrows(BadLayerException.class, () -> decode(cut), "of " + length);
        }
    }

    @Test
    void whatFollowsTheLastFrameIsDamage() {
        for (var length = 1; length < 40; length++) {
            var garbage = new byte[length];
            assertThrows(
                    BadLayerException.class,
                    () -> decode(Decoding.joined(frame(Decoding.text(2000)), garbage)),
                    "of " + length);
        }
    }

    @Test
    void aWrongByteIsDamageOrMeansNothing() throws IOException {
        var random = new SplittableRandom(2);
        var refused = 0;
        for (var round = 0; round < 300; round++) {
            var zstd = frame(Decoding.text(2000));
            zstd[random.nextInt(4, zstd.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertArrayEquals(Decoding.text(2000), decode(zstd), "round " + round);
            } catch (BadLayerException _) {
                refused++;
            }
        }
        assertTrue(refused > 280, "refused " + refused);
    }

    @Test
    void aWindowOfMoreThanThereMayBeIsRefused() {
        var head = new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) ((27 - 10) << 3), 0, 0};
        var failure = assertThrows(BadLayerException.class, () -> decode(head));
        assertTrue(failure.getMessage().contains("134217728"), failure.getMessage());
    }

    @Test
    void oneStreamAtATimeHasALargeWindowAndGivesItBack() throws IOException {
        var text = Decoding.text(1000);
        var head = new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) ((26 - 10) << 3)};
        // One last block that is not compressed (RFC 8878, section 3.1.1.2).
        var block = 1 | (text.length << 3);
        var blockHead = new byte[] {(byte) block, (byte) (block >> 8), (byte) (block >> 16)};
        var large = Decoding.joined(head, blockHead, text);
        assertEquals(1L << 26, ZstdFrame.windowBytes(Arrays.copyOf(large, CompressedInput.HEAD_BYTES)));
        try (var _ = ZstdDecoder.open(new CompressedInput(new ByteArrayInputStream(large)), largeWindow)) {
            assertEquals(0, largeWindow.availablePermits());
        }
        assertArrayEquals(text, decode(large));
        assertEquals(1, largeWindow.availablePermits());
    }
}
