package dev.carafe.oci;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonDataException;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.avaje.json.PropertyNames;
import io.avaje.json.core.CoreTypes;
import io.avaje.jsonb.AdapterFactory;
import io.avaje.jsonb.CustomAdapter;
import io.avaje.jsonb.Jsonb;
import io.avaje.jsonb.Types;
import java.lang.reflect.Type;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// Maps in JSON with any names. The library's own adapter leaves escapes in the names as they are when the map is
/// a part of a record: Go's encoder alone writes `&`, `<` and `>` so.
@CustomAdapter
public final class JsonMap<V> implements JsonAdapter<Map<String, V>> {
    /// Found by the library, for each map whose names are strings.
    public static final AdapterFactory FACTORY =
            (type, jsonb) -> Types.isGenericTypeOf(type, Map.class) && Types.typeArguments(type)[0] == String.class
                    ? new JsonMap<>(jsonb, Types.typeArguments(type)[1]).nullSafe()
                    : null;

    private final JsonAdapter<V> values;
    private final JsonAdapter<Map<String, V>> writer;

    /// With it the library gives each name as it is written, whatever the map is a part of.
    private final PropertyNames none;

    private JsonMap(Jsonb jsonb, Type values) {
        this.values = jsonb.adapter(values);
        this.writer = CoreTypes.createMap(this.values);
        this.none = jsonb.properties();
    }

    @Override
    public void toJson(JsonWriter json, Map<String, V> map) {
        writer.toJson(json, map);
    }

    /// @throws RuntimeException for a name that stands twice, or an escape that JSON doesn't have, as [ForeignJson]
    ///     expects it
    @Override
    public Map<String, V> fromJson(JsonReader json) {
        var map = new LinkedHashMap<String, V>();
        json.beginObject(none);
        while (json.hasNextField()) {
            var name = unescaped(json.nextField());
            if (map.containsKey(name)) {
                throw new JsonDataException("a name stands twice, " + json.location());
            }
            map.put(name, values.fromJson(json));
        }
        json.endObject();
        return map;
    }

    private static String unescaped(String name) {
        if (name.indexOf('\\') < 0) {
            return name;
        }
        var text = new StringBuilder();
        for (var i = 0; i < name.length(); i++) {
            if (name.charAt(i) != '\\') {
                text.append(name.charAt(i));
            } else if (name.charAt(++i) == 'u') {
                text.append((char) HexFormat.fromHexDigits(name, i + 1, i + 5));
                i += 4;
            } else {
                text.append(character(name.charAt(i)));
            }
        }
        return text.toString();
    }

    private static char character(char escaped) {
        return switch (escaped) {
            case '"', '\\', '/' -> escaped;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw new JsonDataException("an unknown escape in a name");
        };
    }
}
