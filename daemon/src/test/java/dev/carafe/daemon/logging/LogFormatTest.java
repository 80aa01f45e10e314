package dev.carafe.daemon.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogFormatTest {
    private static final Instant TIME = Instant.parse("2026-01-02T15:04:05.000000678Z");

    @Test
    void theTextIsWhatCrioWrites() {
        var event = new LogEvent(
                TIME,
                Severity.WARNING,
                "it's late",
                List.of(new Field("id", "0a1b2c3d"), new Field("image", "a.io/b:c"), new Field("none", "")));
        assertEquals(
                "time=\"2026-01-02T15:04:05.000000678Z\" level=warning msg=\"it's late\" id=0a1b2c3d"
                        + " image=\"a.io/b:c\" none=\"\"\n",
                LogFormat.TEXT.line(event));
    }

    @Test
    void theJsonHasTheSameKeys() {
        var event = new LogEvent(TIME, Severity.INFO, "say \"hi\"", List.of(new Field("id", "1")));
        assertEquals(
                "{\"time\":\"2026-01-02T15:04:05.000000678Z\",\"level\":\"info\",\"msg\":\"say \\\"hi\\\"\",\"id\":\"1\"}\n",
                LogFormat.JSON.line(event));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\ntime=\"2026-01-02T15:04:05Z\" level=fatal msg=\"forged\"",
                "a\" level=fatal forged=\"",
                "back\\slash\\\" level=fatal",
                "\r\u001b[2J\u0085\u2028\u2029",
                "right\u202eto left, \u200b nothing",
                "half \ud800 and \udc00 halves",
                "\0\u007f\u009b31m",
            })
    void noValueEndsItsLineOrItsQuotes(String hostile) {
        var event = new LogEvent(TIME, Severity.INFO, hostile, List.of(new Field("value", hostile)));
        var text = LogFormat.TEXT.line(event);
        assertOneCleanLine(text);
        // Outside of quotes there are exactly the keys that we wrote.
        assertEquals("time= level=info msg= value=\n", text.replaceAll("\"([^\"\\\\]|\\\\.)*\"", ""));
        assertRoundTrip(hostile);
    }

    @ParameterizedTest
    @EnumSource
    void randomTextComesBackWhole(LogFormat format) {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++) {
            var text = random.ints(random.nextInt(40), 0, 0x3000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            assertOneCleanLine(format.line(new LogEvent(TIME, Severity.INFO, text, List.of(new Field("f", text)))));
            assertRoundTrip(text);
        }
    }

    private static void assertRoundTrip(String text) {
        var line = LogFormat.JSON.line(new LogEvent(TIME, Severity.INFO, text, List.of(new Field("f", text))));
        assertOneCleanLine(line);
        var read = JsonParser.parseString(line).getAsJsonObject();
        assertEquals(text, read.get("msg").getAsString());
        assertEquals(text, read.get("f").getAsString());
    }

    private static void assertOneCleanLine(String line) {
        assertEquals(line.length() - 1, line.indexOf('\n'));
        assertFalse(line.strip().codePoints().anyMatch(Character::isISOControl), line);
    }

    @ParameterizedTest
    @EnumSource
    void aValueOfAMebibyteIsCutBetweenCharacters(LogFormat format) {
        var event = new LogEvent(
                TIME,
                Severity.INFO,
                "x" + "\ud83d\ude00".repeat(1 << 19),
                List.of(new Field("f", "y".repeat(1 << 20))));
        var line = format.line(event);
        assertTrue(line.length() < 20_000, () -> "length " + line.length());
        assertTrue(line.contains("more characters)"), line);
        assertFalse(line.contains("\\ud83d"), "no half of a pair");
        assertOneCleanLine(line);
    }
}
