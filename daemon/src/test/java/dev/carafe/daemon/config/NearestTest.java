package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    @Test
    void isTheNameWithTheFewestEdits() {
        var names = List.of("log_level", "log_filter", "listen");
        assertEquals("log_level", Nearest.to("log_levle", names));
        assertEquals("log_filter", Nearest.to("logfilter", names));
        assertEquals("listen", Nearest.to("", names));
    }

    @Test
    void aKeyInTheWrongTableIsFoundByItsName() {
        assertEquals("a.b.level", Nearest.to("x.y.levl", List.of("x.y.other", "a.b.level", "x.y")));
        assertEquals("x.level", Nearest.to("x.levl", List.of("a.level", "x.level")));
    }

    @Test
    void ofEqualsIsTheFirstByName() {
        assertEquals("aa", Nearest.to("a", List.of("ba", "aa")));
    }

    @Test
    void aLongNameCostsNoMoreThanItsBeginning() {
        assertEquals("x".repeat(90), Nearest.to("x".repeat(1_000_000), List.of("y", "x".repeat(90))));
    }
}
