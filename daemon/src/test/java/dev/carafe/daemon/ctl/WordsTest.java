package dev.carafe.daemon.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "PT0.9S, Less than a second ago",
        "PT-5S, Less than a second ago",
        "PT1S, 1 second ago",
        "PT59.9S, 59 seconds ago",
        "PT60S, 1 minute ago",
        "PT59M59S, 59 minutes ago",
        "PT1H, 1 hour ago",
        "PT47H, 47 hours ago",
        "PT48H, 2 days ago",
        "P400D, 400 days ago"
    })
    void anAgeIsInItsLargestUnit(Duration age, String words) {
        var created = Instant.parse("2026-01-02T15:04:05.123456789Z");
        var nanos = created.getEpochSecond() * 1_000_000_000 + created.getNano();
        assertEquals(words, Words.ago(nanos, created.plus(age)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0B",
        "999, 999B",
        "1000, 1.00kB",
        "1234567, 1.23MB",
        "12345678, 12.3MB",
        "123456789, 123MB",
        "5000000000, 5.00GB",
        "9223372036854775807, 9223372TB"
    })
    void aSizeHasThreeDigitsInPowersOfAThousand(long bytes, String words) {
        assertEquals(words, Words.size(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "CONTAINER_RUNNING, Running",
        "CONTAINER_EXITED, Exited",
        "SANDBOX_READY, Ready",
        "SANDBOX_NOTREADY, NotReady",
        "UNRECOGNIZED, Unrecognized"
    })
    void aStateIsAWord(String name, String word) {
        assertEquals(word, Words.state(name));
    }

    @Test
    void anIdIsShortUnlessAllOfItIsAskedFor() {
        assertEquals("0123456789abc", Words.shortId("sha256:0123456789abcdef", false));
        assertEquals("0123456789abcdef", Words.shortId("sha256:0123456789abcdef", true));
        assertEquals("012", Words.shortId("012", false));
    }

    @Test
    void foreignTextKeepsItsLinesAndLosesItsControls() {
        assertEquals("a\nb??31mc", Words.harmless("a\nb\u001b\u009b31mc"));
    }
}
