package dev.carafe.network;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// A JSON object. Its readers take an absent or null member for the empty value, as CNI does everywhere, and refuse
/// one of another kind.
record JsonObject(Map<String, Json> members) implements Json {
    static final JsonObject EMPTY = new JsonObject(Map.of());

    JsonObject {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    boolean has(String name) {
        return !(member(name) instanceof Json.Null);
    }

    private Json member(String name) {
        return members.getOrDefault(name, new Json.Null());
    }

    String text(String name) throws JsonException {
        return switch (member(name)) {
            case Json.Text(var value) -> value;
            case Json.Null() -> "";
            default -> throw not(name, "a string");
        };
    }

    /// 0 when it is absent.
    int integer(String name) throws JsonException {
        try {
            return switch (member(name)) {
                case Json.Number(var digits) -> Integer.parseInt(digits);
                case Json.Null() -> 0;
                default -> throw not(name, "a number");
            };
        } catch (NumberFormatException _) {
            throw not(name, "an integer of 32 bits");
        }
    }

    /// libcni reads `"true"` as true too.
    boolean flag(String name) throws JsonException {
        return switch (member(name)) {
            case Json.Bool(var value) -> value;
            case Json.Null() -> false;
            case Json.Text(var text) when "true".equals(text.toLowerCase(Locale.ROOT)) -> true;
            case Json.Text(var text) when "false".equals(text.toLowerCase(Locale.ROOT)) -> false;
            default -> throw not(name, "true or false");
        };
    }

    JsonObject object(String name) throws JsonException {
        return switch (member(name)) {
            case JsonObject object -> object;
            case Json.Null() -> EMPTY;
            default -> throw not(name, "an object");
        };
    }

    List<Json> list(String name) throws JsonException {
        return switch (member(name)) {
            case Json.Array(var items) -> items;
            case Json.Null() -> List.of();
            default -> throw not(name, "a list");
        };
    }

    private static JsonException not(String name, String what) {
        return new JsonException('"' + name + "\" is not " + what);
    }

    /// In its old place, or at the end when it is new.
    JsonObject with(String name, Json value) {
        var changed = new LinkedHashMap<>(members);
        changed.put(name, value);
        return new JsonObject(changed);
    }

    JsonObject with(String name, String value) {
        return with(name, new Json.Text(value));
    }

    JsonObject without(Predicate<String> names) {
        var changed = new LinkedHashMap<>(members);
        changed.keySet().removeIf(names);
        return new JsonObject(changed);
    }

    @Override
    public void writeTo(StringBuilder out) {
        var separator = "{";
        for (var member : members.entrySet()) {
            out.append(separator);
            new Json.Text(member.getKey()).writeTo(out);
            out.append(':');
            member.getValue().writeTo(out);
            separator = ",";
        }
        out.append(members.isEmpty() ? "{}" : "}");
    }
}
