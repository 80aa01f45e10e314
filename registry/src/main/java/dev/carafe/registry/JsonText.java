package dev.carafe.registry;

import dev.carafe.oci.JsonNesting;
import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// JSON of foreign origin.
final class JsonText {
    private static final Jsonb JSON = Jsonb.builder().build();

    private JsonText() {}

    /// Empty when it is no JSON of that type.
    static <T> Optional<T> parse(Class<T> type, byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        try {
            JsonNesting.check(text);
            return Optional.ofNullable(JSON.type(type).fromJson(text));
        } catch (JsonException | IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException notThat) {
            return Optional.empty();
        }
    }
}
