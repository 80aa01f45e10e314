package dev.carafe.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0s, 0",
        "1ns, 1",
        "5us, 5000",
        "5µs, 5000",
        "300ms, 300000000",
        "1.5s, 1500000000",
        ".5s, 500000000",
        "1m30s, 90000000000",
        "1h, 3600000000000",
        "1h0m0.000000001s, 3600000000001",
        "1s1s, 2000000000",
    })
    void readsWhatGoReads(String text, long nanos) {
        assertEquals(Optional.of(Duration.ofNanos(nanos)), GoDuration.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "s",
                ".s",
                "1.2.3s",
                "-1s",
                "1 s",
                "1d",
                "1S",
                "10000000h",
                "1s ",
                "123456789012345678901s",
                "1sm"
            })
    void refusesTheRest(String text) {
        assertEquals(Optional.empty(), GoDuration.parse(text));
    }

    @Test
    void whatItWritesItReads() {
        var random = new Random();
        for (var round = 0; round < 1000; round++) {
            var duration = Duration.ofNanos(random.nextLong(Long.MAX_VALUE) >> random.nextInt(63));
            assertEquals(Optional.of(duration), GoDuration.parse(GoDuration.text(duration)), duration::toString);
        }
        assertEquals("1h30m", GoDuration.text(Duration.ofMinutes(90)));
        assertEquals("1m30.5s", GoDuration.text(Duration.ofMillis(90_500)));
        assertEquals("0s", GoDuration.text(Duration.ZERO));
    }
}
