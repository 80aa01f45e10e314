package dev.carafe.engine.rdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShareTest {
    /// As goresctrl counts: each percent stands for the bit that it falls into, and too few bits are widened, first
    /// downwards.
    @ParameterizedTest
    @CsvSource({
        "100%, ff, 1, ff",
        "50%, ff, 1, f",
        "51%, ff, 1, 1f",
        "1%, ff, 1, 1",
        "1%, ff, 2, 3",
        "90-100%, ff, 1, 80",
        "90-100%, ff, 3, e0",
        "26-50%, ff, 1, c",
        "30%, fffff, 1, 3f",
        "60%, ff0, 1, 1f0",
        "0x3, ff0, 1, 30",
        "2-3, ff0, 1, c0",
        "'0,1', ff, 1, 3"
    })
    void aShareIsABlockOfTheWhole(String share, String whole, int leastBits, String expected) throws IOException {
        var bits = Share.parse(share, "x").of(Long.parseLong(whole, 16), leastBits);
        assertEquals(expected, Long.toHexString(bits));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "%",
                "a%",
                "101%",
                "-1%",
                "60-20%",
                "1-2-3%",
                "0x",
                "0x0",
                "0x5",
                "0xg",
                "0xffffffffffffffff",
                "0x-1",
                "63",
                "1,3",
                "3-2",
                "a",
                "1-",
                "-"
            })
    void whatIsNoneIsRefused(String text) {
        assertThrows(IOException.class, () -> Share.parse(text, "x"));
    }

    @Test
    void moreThanThereIsOrNothingIsRefused() throws IOException {
        var five = Share.parse("0x1f", "x");
        assertThrows(IOException.class, () -> five.of(0xf, 1));
        assertThrows(IOException.class, () -> Share.parse("0x10", "x").of(0xf0, 1));
        assertThrows(IOException.class, () -> Share.parse("0x1", "x").of(0xff, 2));
        assertThrows(IOException.class, () -> Share.parse("0%", "x").of(0xff, 1));
    }
}
