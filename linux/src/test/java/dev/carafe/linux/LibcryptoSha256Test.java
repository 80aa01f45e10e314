package dev.carafe.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// libcrypto gives what the JDK gives. Skipped where the host has no libcrypto.
class LibcryptoSha256Test {
    private static final int ROUNDS = 40;

    @BeforeEach
    void hasTheLibrary() {
        assumeTrue(LibcryptoSha256.ofHost().isPresent());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyContentInAnyPiecesHasTheSameHash(long seed) throws GeneralSecurityException {
        var random = new SplittableRandom(seed);
        var hash = LibcryptoSha256.ofHost().orElseThrow();
        for (var round = 0; round < ROUNDS; round++) {
            var content = new byte[random.nextInt(300_000)];
            random.nextBytes(content);
            for (var at = 0; at < content.length; ) {
                var length = random.nextInt(1, Math.min(content.length - at, 100_000) + 1);
                give(hash, content, at, length, random.nextInt(4));
                at += length;
            }
            assertArrayEquals(sha256(content), hash.digest(), "round " + round);
        }
    }

    private static void give(MessageDigest hash, byte[] content, int at, int length, int how) {
        switch (how) {
            case 0 -> hash.update(content, at, length);
            case 1 -> hash.update(ByteBuffer.wrap(content, at, length));
            case 2 -> {
                var direct = ByteBuffer.allocateDirect(length + 2).position(1);
                direct.put(content, at, length).flip().position(1);
                hash.update(direct);
                assertEquals(0, direct.remaining());
            }
            default -> {
                hash.update(content[at]);
                hash.update(Arrays.copyOfRange(content, at + 1, at + length));
            }
        }
    }

    @Test
    void whatWasGivenBeforeAResetDoesNotCount() throws GeneralSecurityException {
        var hash = LibcryptoSha256.ofHost().orElseThrow();
        hash.update(new byte[100]);
        hash.reset();
        assertArrayEquals(sha256(new byte[0]), hash.digest());
    }

    @Test
    void hashesOnManyThreadsAreTheirOwn() throws Exception {
        var contents = new byte[8][200_000];
        var random = new SplittableRandom(4);
        for (var content : contents) {
            random.nextBytes(content);
        }
        var found = new byte[contents.length][];
        var threads = new Thread[contents.length];
        for (var i = 0; i < threads.length; i++) {
            var own = i;
            threads[i] = Thread.ofPlatform().start(() -> {
                var hash = LibcryptoSha256.ofHost().orElseThrow();
                for (var at = 0; at < contents[own].length; at += 100) {
                    hash.update(contents[own], at, 100);
                }
                found[own] = hash.digest();
            });
        }
        for (var i = 0; i < threads.length; i++) {
            threads[i].join();
            assertArrayEquals(sha256(contents[i]), found[i]);
        }
    }

    private static byte[] sha256(byte[] content) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(content);
    }
}
