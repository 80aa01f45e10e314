package dev.carafe.engine.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallCountsTest {
    private final CallCounts counts = new CallCounts();

    @Test
    void callsAreToldByNameInTheirOrderWithTheirNumbers() {
        assertEquals("", counts.text());
        assertTrue(counts.add("swapoff").isFirst());
        assertTrue(counts.add("mkdir").isFirst());
        assertFalse(counts.add("swapoff").isFirst());
        assertEquals("mkdir (1x), swapoff (2x)", counts.text());
    }

    @Test
    void whoCallsWithoutEndIsSlowedDown() {
        assertEquals(Duration.ZERO, counts.add("mkdir").delay());
        var longest = Duration.ZERO;
        for (var i = 0; i < 100_000; i++) {
            var delay = counts.add("mkdir").delay();
            longest = delay.compareTo(longest) > 0 ? delay : longest;
        }
        assertTrue(longest.isPositive() && longest.compareTo(Duration.ofSeconds(1)) <= 0, longest::toString);
    }
}
