package dev.carafe.engine.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LatelyUsedTest {
    @Test
    void theOneThatWasNotAskedForTheLongestGoes() {
        var values = new LatelyUsed<String, Integer>(2);
        values.put("a", 1);
        values.put("b", 2);
        assertEquals(Optional.of(1), values.get("a"));
        values.put("c", 3);
        assertEquals(Optional.empty(), values.get("b"));
        assertEquals(Optional.of(1), values.get("a"));
        assertEquals(Optional.of(3), values.get("c"));
    }
}
