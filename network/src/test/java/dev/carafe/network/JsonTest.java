package dev.carafe.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final String DOCUMENT = """
            {"z":1.0,"a":1,"big":123456789012345678901234567890,"tiny":-0.10e-400,"list":[true,false,null,{},[]],\
            "text":"\\"\\\\\\u0001\\n\\té 😀","nested":{"b":{"a":[1,2]}}}""";

    @Test
    void aDocumentComesOutAsItWentIn() throws Exception {
        assertEquals(DOCUMENT, JsonParser.parse(DOCUMENT).toJson());
    }

    @Test
    void spaceBetweenIsDropped() throws Exception {
        assertEquals(
                "{\"a\":[1,2]}",
                JsonParser.parse(" {\n\t\"a\" :\r\n[ 1 , 2 ] } ").toJson());
    }

    @Test
    void escapesAreRead() throws Exception {
        assertEquals(
                new Json.Text("a/\b\f\r\n\t\"\\é😀"),
                JsonParser.parse("\"a\\/\\b\\f\\r\\n\\t\\\"\\\\\\u00E9\\ud83d\\ude00\""));
    }

    @Test
    void halfACharacterSurvivesAsAnEscape() throws Exception {
        for (var half : List.of("\"\\ud83d\"", "\"\\ude00x\"", "\"x\\ud83dx\"")) {
            assertEquals(half, JsonParser.parse(half).toJson());
        }
    }

    @Test
    void ofTwoMembersWithOneNameTheLastCounts() throws Exception {
        assertEquals(
                "{\"a\":3,\"b\":2}",
                JsonParser.parse("{\"a\":1,\"b\":2,\"a\":3}").toJson());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\" 1}",
                "{\"a\":1}}",
                "{} {}",
                "[1,]",
                "[1 2]",
                "[,1]",
                "nul",
                "nulls",
                "tru",
                "True",
                "01",
                "+1",
                "1.",
                ".5",
                "-",
                "1e",
                "0x1",
                "NaN",
                "Infinity",
                "\"",
                "\"\\q\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "\"\u0000\"",
                "{\"a\":1}\u0000",
                "\ufeff{}",
                "// no\n{}",
                "\u00a01"
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThrows(JsonException.class, () -> JsonParser.parse(text));
    }

    @Test
    void deepNestingIsRefusedBeforeTheStackEnds() {
        var deep = "[".repeat(1_000_000);
        var refused = assertThrows(JsonException.class, () -> JsonParser.parse(deep));
        assertTrue(refused.getMessage().contains("100"), refused::getMessage);
        assertThrows(JsonException.class, () -> JsonParser.parse("{\"a\":".repeat(1_000_000)));
    }

    @Test
    void aMessageTellsThePlace() {
        var refused = assertThrows(JsonException.class, () -> JsonParser.parse("{\n  \"a\": 1\n  \"b\": 2\n}"));
        assertEquals("line 3, column 3: expected '}', found \"\"\"", refused.getMessage());
        var short_ = assertThrows(JsonException.class, () -> JsonParser.parse("{\"a\":"));
        assertEquals("line 1, column 6: expected a value, found the end", short_.getMessage());
    }

    @Test
    void readersTakeTheAbsentForTheEmptyAndRefuseAnotherKind() throws Exception {
        var json = (JsonObject)
                JsonParser.parse("{\"s\":\"x\",\"n\":7,\"t\":true,\"q\":\"False\",\"z\":null,\"big\":1e3}");
        assertEquals("x", json.text("s"));
        assertEquals("", json.text("none"));
        assertEquals("", json.text("z"));
        assertEquals(7, json.integer("n"));
        assertTrue(json.flag("t"));
        assertFalse(json.flag("q"));
        assertFalse(json.has("z"));
        assertEquals(List.of(), json.list("none"));
        assertEquals(JsonObject.EMPTY, json.object("none"));
        assertThrows(JsonException.class, () -> json.text("n"));
        assertThrows(JsonException.class, () -> json.integer("s"));
        assertThrows(JsonException.class, () -> json.integer("big"));
        assertThrows(JsonException.class, () -> json.flag("s"));
        assertThrows(JsonException.class, () -> json.list("s"));
        assertThrows(JsonException.class, () -> json.object("t"));
    }

    @Test
    void aFileLargerThanTheBoundIsRefused(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("f"), "{\"a\":\"" + "x".repeat(100) + "\"}");
        assertEquals(100, JsonParser.parseFile(file, 200).text("a").length());
        assertThrows(JsonException.class, () -> JsonParser.parseFile(file, 50));
    }

    /// Bytes changed, dropped and doubled: each outcome is a value that reads the same again, or a refusal.
    @Test
    void damagedDocumentsAreReadOrRefusedAndNothingElse() {
        var random = new Random(20_260_101);
        for (var round = 0; round < 20_000; round++) {
            var bytes = DOCUMENT.getBytes(StandardCharsets.UTF_8);
            for (var change = random.nextInt(3); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            var length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            var text = new String(bytes, 0, length, StandardCharsets.UTF_8);
            try {
                var value = JsonParser.parse(text);
                assertEquals(value, JsonParser.parse(value.toJson()), text);
            } catch (JsonException refused) {
                assertFalse(refused.getMessage().isEmpty());
            }
        }
    }
}
