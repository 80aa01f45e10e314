package dev.carafe.registry;

import dev.carafe.oci.BadJsonException;
import dev.carafe.oci.ForeignJson;
import io.avaje.jsonb.Jsonb;
import java.util.Optional;

/// JSON of foreign origin.
final class JsonText {
    private static final Jsonb JSON = Jsonb.builder().build();

    private JsonText() {}

    /// Empty when it is no JSON of that type.
    static <T> Optional<T> parse(Class<T> type, byte[] bytes) {
        try {
            return Optional.of(ForeignJson.read(bytes, JSON.type(type)::fromJson));
        } catch (BadJsonException notThat) {
            return Optional.empty();
        }
    }
}
