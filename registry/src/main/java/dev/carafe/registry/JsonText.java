package dev.carafe.registry;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// JSON of foreign origin.
final class JsonText {
    /// The parser recurses, so depth is stack.
    private static final int DEEPEST = 64;

    static final Jsonb JSON = Jsonb.builder().build();

    private JsonText() {}

    /// Empty when it is no JSON of that type.
    static <T> Optional<T> parse(Class<T> type, byte[] bytes) {
        if (isTooDeep(bytes)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.type(type).fromJson(new String(bytes, StandardCharsets.UTF_8)));
        } catch (JsonException | IllegalStateException | IllegalArgumentException notThat) {
            return Optional.empty();
        }
    }

    /// Whether objects and arrays are nested so deeply that it should not be parsed.
    static boolean isTooDeep(byte[] json) {
        var depth = 0;
        var inString = false;
        for (var i = 0; i < json.length; i++) {
            switch (json[i]) {
                case '"' -> inString = !inString;
                case '\\' -> i += inString ? 1 : 0;
                case '{', '[' -> depth += inString ? 0 : 1;
                case '}', ']' -> depth -= inString ? 0 : 1;
                default -> {}
            }
            if (depth > DEEPEST) {
                return true;
            }
        }
        return false;
    }
}
