package dev.carafe.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    private static final int ROUNDS = 20_000;

    @Test
    void valuesAreReadWithTheLinesOnWhichTheyBegin() throws BadFormException {
        var document = (JsonValue.Fields) parse("""
                {"a": ["x\\u00e9\\n", 12.5e3, true],
                 "b": null}
                """);
        var items = assertInstanceOf(JsonValue.Items.class, document.values().get("a"));
        assertEquals(new JsonValue.Text("x\u00e9\n", 1), items.values().get(0));
        assertEquals(new JsonValue.Number("12.5e3", 1), items.values().get(1));
        assertEquals(new JsonValue.Flag(true, 1), items.values().get(2));
        assertEquals(new JsonValue.Nothing(2), document.values().get("b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}x",
                "{} {}",
                "{\"a\":1,}",
                "[1,]",
                "{'a':1}",
                "{a:1}",
                "[01]",
                "[1.]",
                "[+1]",
                "[NaN]",
                "[tru]",
                "[\"\t\"]",
                "[\"\\x\"]",
                "[\"\\u12g4\"]",
                "[\"\\ud800\"]",
                "// no\n{}",
                "{\"a\":1 \"b\":2}",
                "\uFEFF{}",
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThrows(BadFormException.class, () -> parse(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a":1,"a":2}             | line 1: the name "a" is there twice
            {"a":1,"\\u0061":2}       | line 1: the name "a" is there twice
            {"b":{"c":1,"c":1}}       | line 1: the name "c" is there twice
            """)
    void aNameThatIsThereTwiceIsRefused(String text, String message) {
        assertEquals(
                message, assertThrows(BadFormException.class, () -> parse(text)).getMessage());
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        var bytes = new byte[] {'[', '"', (byte) 0xc3, '"', ']'};
        assertThrows(BadFormException.class, () -> StrictJson.parse(bytes));
    }

    @Test
    void nestingIsBounded() {
        assertThrows(BadFormException.class, () -> parse("[".repeat(100_000)));
    }

    @Test
    void randomDamageIsAnErrorAndNothingElse() {
        var random = new Random(7);
        var document =
                "{\"a\":[{\"b\":\"\\u0041\\n\"},1.5e-3,true,null],\"c\":{\"d\":[]}}".getBytes(StandardCharsets.UTF_8);
        var refused = 0;
        for (var round = 0; round < ROUNDS; round++) {
            var damaged = document.clone();
            for (var i = random.nextInt(1, 4); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertInstanceOf(JsonValue.Fields.class, StrictJson.parse(damaged));
            } catch (BadFormException expected) {
                refused++;
            }
        }
        assertTrue(refused > ROUNDS / 2, () -> "only few were refused");
    }

    private static JsonValue parse(String text) throws BadFormException {
        return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
