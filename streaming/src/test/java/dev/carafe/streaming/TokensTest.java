package dev.carafe.streaming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final Request REQUEST = new Request.PortForward("p", List.of());

    private Instant now = Instant.EPOCH;
    private final Tokens tokens = new Tokens(() -> now);

    @Test
    void aTokenHasEnoughChanceInItAndOpensOnce() throws Exception {
        var token = tokens.grant(REQUEST);
        assertTrue(token.length() * 6 >= 128, token);
        assertNotEquals(token, tokens.grant(REQUEST));
        assertEquals(Optional.empty(), tokens.use(token + "x"));
        assertEquals(Optional.of(REQUEST), tokens.use(token));
        assertEquals(Optional.empty(), tokens.use(token));
    }

    @Test
    void aTokenIsGoodForAMinute() throws Exception {
        var old = tokens.grant(REQUEST);
        var good = tokens.grant(REQUEST);
        now = now.plus(Tokens.USED_WITHIN).minusMillis(1);
        assertEquals(Optional.of(REQUEST), tokens.use(good));
        now = now.plusMillis(1);
        assertEquals(Optional.empty(), tokens.use(old));
    }

    @Test
    void soManyCanBeOpenAndOldOnesMakeRoom() throws Exception {
        for (var i = 0; i < Tokens.MAX_OPEN; i++) {
            tokens.grant(REQUEST);
        }
        assertThrows(TooManyStreamsException.class, () -> tokens.grant(REQUEST));
        now = now.plus(Tokens.USED_WITHIN);
        assertTrue(tokens.use(tokens.grant(REQUEST)).isPresent());
    }
}
