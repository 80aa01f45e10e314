package dev.carafe.engine.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class WarningsTest {
    private final Warnings warnings = new Warnings();

    @Test
    void aCauseIsToldOnce() {
        warnings.once("a");
        warnings.once("b");
        warnings.once("a");
        assertEquals(Set.of("a", "b"), warnings.told());
    }

    @Test
    void theirNumberAndLengthAreBound() {
        for (var i = 0; i < 2000; i++) {
            warnings.once(i + "x".repeat(1000));
        }
        assertEquals(1000, warnings.told().size());
        assertTrue(warnings.told().stream().allMatch(cause -> cause.length() == 500));
    }
}
