package dev.carafe.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.carafe.linux.IsalInflater;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Gzip streams, right ones and wrong ones, with both inflaters: each gives the same.
class GzipDecoderTest {
    private static final int ROUNDS = 200;

    enum By {
        JDK,
        ISAL;

        RawInflater inflater() {
            assumeTrue(this == JDK || IsalInflater.isPresent(), "this host has no ISA-L");
            return this == JDK ? new RawInflater.Jdk() : new RawInflater.Isal();
        }
    }

    private static byte[] decode(By by, byte[] gzip) throws IOException {
        return Decoding.all(new GzipDecoder(new ByteArrayInputStream(gzip), by.inflater()), 10_000);
    }

    @ParameterizedTest
    @EnumSource
    void membersThatFollowOneAnotherAreOneStream(By by) throws IOException {
        var text = Decoding.text(300_000);
        var empty = TestStore.gzip(new byte[0]);
        var gzip = Decoding.joined(empty, TestStore.gzip(text), empty, TestStore.gzip(text), empty);
        assertArrayEquals(Decoding.joined(text, text), decode(by, gzip));
    }

    @ParameterizedTest
    @EnumSource
    void aHeaderMayHaveAllFields(By by) throws IOException {
        var plain = TestStore.gzip(Decoding.text(1000));
        var head = new byte[] {0x1f, (byte) 0x8b, 8, 0x1e, 1, 2, 3, 4, 0, 3, 3, 0, 'a', 'b', 'c', 'n', 0, 'c', 0, 9, 9};
        var gzip = Decoding.joined(head, Arrays.copyOfRange(plain, 10, plain.length));
        assertArrayEquals(Decoding.text(1000), decode(by, gzip));
    }

    /// The inflater reads ahead, also over the end of what it was given.
    @ParameterizedTest
    @EnumSource
    void membersMayEndAnywhereInWhatIsReadAtOnce(By by) throws IOException {
        var random = new SplittableRandom(1);
        for (var round = 0; round < ROUNDS; round++) {
            var expected = new ByteArrayOutputStream();
            var gzip = new ByteArrayOutputStream();
            for (var members = random.nextInt(1, 9); members > 0; members--) {
                var text = Decoding.text(random.nextInt(random.nextInt(1, 3000)));
                expected.writeBytes(text);
                gzip.writeBytes(member(text, random.nextInt(10)));
            }
            var source = Decoding.inPieces(gzip.toByteArray(), random, round % 2 == 0 ? 1 : 40);
            var found = Decoding.all(new GzipDecoder(source, by.inflater()), 1 + round % 100);
            assertArrayEquals(expected.toByteArray(), found, "round " + round);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyBeginningOfAStreamIsCutShort(By by) {
        var gzip = TestStore.gzip(Decoding.text(2000));
        for (var length = 1; length < gzip.length; length++) {
            var cut = Arrays.copyOf(gzip, length);
            var failure = assertThrows(BadLayerException.class, () -> decode(by, cut), "of " + length);
            assertEquals("gzip: cut short", failure.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatFollowsTheLastMemberIsDamage(By by) {
        var gzip = TestStore.gzip(Decoding.text(2000));
        for (var length = 1; length < 40; length++) {
            var garbage = new byte[length];
            Arrays.fill(garbage, (byte) 'x');
            assertThrows(BadLayerException.class, () -> decode(by, Decoding.joined(gzip, garbage)));
            assertThrows(BadLayerException.class, () -> decode(by, Decoding.joined(gzip, new byte[garbage.length])));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWrongChecksumOrLengthIsDamage(By by) {
        var gzip = TestStore.gzip(Decoding.text(2000));
        for (var at = 1; at <= 8; at++) {
            var wrong = gzip.clone();
            wrong[wrong.length - at] ^= 1;
            var failure = assertThrows(BadLayerException.class, () -> decode(by, wrong));
            assertEquals(at <= 4 ? "gzip: length differs" : "gzip: checksum differs", failure.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHeaderThatGoesOnForEverIsRefused(By by) {
        var name = new byte[200_000];
        Arrays.fill(name, (byte) 'n');
        var gzip = Decoding.joined(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3}, name);
        var failure = assertThrows(BadLayerException.class, () -> decode(by, gzip));
        assertEquals("gzip: header too long", failure.getMessage());
    }

    @Test
    void bothInflatersJudgeDamagedStreamsAlike() throws IOException {
        var random = new SplittableRandom(2);
        var refused = 0;
        for (var round = 0; round < 5 * ROUNDS; round++) {
            var gzip = member(Decoding.text(random.nextInt(1, 5000)), random.nextInt(10));
            for (var flips = random.nextInt(1, 5); flips > 0; flips--) {
                gzip[random.nextInt(gzip.length)] ^= (byte) (1 << random.nextInt(8));
            }
            var jdk = outcome(By.JDK, gzip);
            assertEquals(jdk, outcome(By.ISAL, gzip), "round " + round);
            refused += jdk.equals("damaged") ? 1 : 0;
        }
        assertTrue(refused > 4 * ROUNDS, "refused " + refused);
    }

    private static String outcome(By by, byte[] gzip) throws IOException {
        try {
            var crc = new CRC32();
            crc.update(decode(by, gzip));
            return Long.toHexString(crc.getValue());
        } catch (BadLayerException _) {
            return "damaged";
        }
    }

    private static byte[] member(byte[] content, int level) {
        var crc = new CRC32();
        crc.update(content);
        try (var deflater = new Deflater(level, true)) {
            deflater.setInput(content);
            deflater.finish();
            var compressed = new byte[content.length + 1000];
            var length = deflater.deflate(compressed);
            var trailer = new byte[8];
            for (var i = 0; i < 4; i++) {
                trailer[i] = (byte) (crc.getValue() >> (8 * i));
                trailer[4 + i] = (byte) (content.length >> (8 * i));
            }
            var head = new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
            return Decoding.joined(head, Arrays.copyOf(compressed, length), trailer);
        }
    }
}
