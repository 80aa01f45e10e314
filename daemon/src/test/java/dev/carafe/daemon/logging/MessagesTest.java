package dev.carafe.daemon.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessagesTest {
    @Test
    void valuesStandWhereTheirNumbersStand() {
        assertEquals("b, a and b", filled("{1}, {0} and {1}", "a", "b"));
    }

    @Test
    void numbersAreNotGroupedAndApostrophesStay() {
        assertEquals("can't read 123456 of it", filled("can't read {0} of it", 123456));
    }

    @Test
    void aValueIsNotReadAgain() {
        assertEquals("{1} x", filled("{0} {1}", "{1}", "x"));
    }

    @Test
    void whatNamesNoValueStays() {
        assertEquals("{2} {} {x} {0", filled("{2} {} {x} {0", "a", "b"));
        assertEquals("{0}", filled("{0}"));
        assertEquals("null", filled("{0}", new @Nullable Object[] {null}));
    }

    private static String filled(String format, @Nullable Object... values) {
        return Messages.filled(format, values);
    }
}
