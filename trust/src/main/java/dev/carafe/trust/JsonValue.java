package dev.carafe.trust;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A value of a JSON document, with the line on which it begins.
sealed interface JsonValue {
    int line();

    record Text(String value, int line) implements JsonValue {}

    /// @param literal as the document has it
    record Number(String literal, int line) implements JsonValue {}

    record Flag(boolean value, int line) implements JsonValue {}

    record Nothing(int line) implements JsonValue {}

    record Items(List<JsonValue> values, int line) implements JsonValue {
        public Items {
            values = List.copyOf(values);
        }
    }

    /// In the document's order; each name is there once.
    record Fields(Map<String, JsonValue> values, int line) implements JsonValue {
        public Fields {
            values = new LinkedHashMap<>(values);
        }
    }
}
