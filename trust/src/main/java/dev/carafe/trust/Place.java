package dev.carafe.trust;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// A value in a JSON document and the way to it, which the messages show. What is asked for has to be there in
/// the right form, and nothing else may be.
///
/// @param path such as `transports.docker["quay.io"][0]`; empty for the document itself
record Place(String path, JsonValue value) {
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z-]{1,40}");
    private static final Pattern WHOLE = Pattern.compile("0|[1-9][0-9]{0,15}");

    static Place root(byte[] json) throws BadFormException {
        return new Place("", StrictJson.parse(json));
    }

    /// The object, in which no other fields may stand.
    Place onlyWith(String... names) throws BadFormException {
        var unknown = new TreeSet<>(fields().keySet());
        unknown.removeAll(Set.of(names));
        if (!unknown.isEmpty()) {
            throw wrong("the field " + Quoted.of(unknown.first()) + " is not known here");
        }
        return this;
    }

    Place required(String name) throws BadFormException {
        return optional(name).orElseThrow(() -> wrong("the field \"" + name + "\" is missing"));
    }

    Optional<Place> optional(String name) throws BadFormException {
        return Optional.ofNullable(fields().get(name)).map(found -> new Place(below(name), found));
    }

    /// All fields of an object, in its order.
    Map<String, Place> entries() throws BadFormException {
        var entries = new LinkedHashMap<String, Place>();
        fields().forEach((name, found) -> entries.put(name, new Place(below(name), found)));
        return entries;
    }

    List<Place> items() throws BadFormException {
        if (!(value instanceof JsonValue.Items(var values, var _))) {
            throw wrong("an array is expected");
        }
        var items = new ArrayList<Place>();
        for (var item : values) {
            items.add(new Place(path + "[" + items.size() + "]", item));
        }
        return items;
    }

    String text() throws BadFormException {
        if (value instanceof JsonValue.Text(var text, var _)) {
            return text;
        }
        throw wrong("a string is expected");
    }

    /// A number from 0 to 10^16 without point and exponent.
    long whole() throws BadFormException {
        if (value instanceof JsonValue.Number(var literal, var _)
                && WHOLE.matcher(literal).matches()) {
            return Long.parseLong(literal);
        }
        throw wrong("a whole number is expected");
    }

    boolean isNothing() {
        return value instanceof JsonValue.Nothing;
    }

    private Map<String, JsonValue> fields() throws BadFormException {
        if (value instanceof JsonValue.Fields(var values, var _)) {
            return values;
        }
        throw wrong("an object is expected");
    }

    private String below(String name) {
        if (!PLAIN_NAME.matcher(name).matches()) {
            return path + "[" + Quoted.of(name) + "]";
        }
        return path.isEmpty() ? name : path + "." + name;
    }

    BadFormException wrong(String what) {
        return new BadFormException("line " + value.line() + (path.isEmpty() ? "" : ", " + path) + ": " + what);
    }
}
