package dev.carafe.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @Test
    void theSchemesOwnPortIsLeftOut() {
        assertEquals("x", Origin.of(true, "x:443").authority());
        assertEquals("x:80", Origin.of(true, "x:80").authority());
        assertEquals("[::1]", Origin.of(false, "[::1]:80").authority());
    }

    @Test
    void originsAreEqualWhateverTheirSpelling() {
        assertEquals(Origin.of(true, "X"), Origin.of(true, "x:443"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:5000", "127.0.0.1", "127.255.0.9:1", "[::1]", "[::1]:5000", "127.1"})
    void thisMachine(String authority) {
        assertTrue(Origin.of(true, authority).isLoopback());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost.example", "127.0.0.1.example", "128.0.0.1", "[::2]"})
    void otherMachines(String authority) {
        assertFalse(Origin.of(true, authority).isLoopback());
    }
}
