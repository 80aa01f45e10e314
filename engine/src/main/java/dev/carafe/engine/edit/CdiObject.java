package dev.carafe.engine.edit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An object of a CDI file, JSON's or YAML's, taken apart field by field. What is left in the end was not known, and
/// that makes the file one that can't be read: an edit that is ignored may be the one that matters. For one thread.
final class CdiObject {
    private static final int MAXIMUM_ITEMS = 4096;
    private static final int MAXIMUM_TEXT = 64 * 1024;

    private final String where;
    private final CdiVersion version;
    private final Map<?, ?> fields;
    private final Set<Object> unread;

    private CdiObject(String where, CdiVersion version, Map<?, ?> fields) throws IOException {
        if (fields.size() > MAXIMUM_ITEMS) {
            throw new IOException(where + ": more than " + MAXIMUM_ITEMS + " fields");
        }
        this.where = where;
        this.version = version;
        this.fields = fields;
        this.unread = new HashSet<>(fields.keySet());
    }

    /// The file's whole. Its own `cdiVersion` says what may stand in it.
    static CdiObject document(Object value) throws IOException {
        if (!(value instanceof Map<?, ?> fields)) {
            throw new IOException("not an object");
        }
        if (!(fields.get("cdiVersion") instanceof String version)) {
            throw new IOException("cdiVersion: missing");
        }
        var document = new CdiObject("", CdiVersion.of(version), fields);
        document.take("cdiVersion");
        return document;
    }

    CdiVersion version() {
        return version;
    }

    private Optional<Object> take(String name) {
        unread.remove(name);
        return Optional.ofNullable(fields.get(name));
    }

    /// Says that a field is newer than others, should it stand here.
    void since(CdiVersion since, String name) throws IOException {
        if (fields.containsKey(name) && !version.knows(since)) {
            throw new IOException(where + name + ": not before version " + since + ", and the file is of " + version);
        }
    }

    /// Known, and without effect on a container.
    void ignore(String name) {
        take(name);
    }

    /// Known, but not kept.
    void refuse(String name, String why) throws IOException {
        if (take(name).isPresent()) {
            throw new IOException(where + name + ": " + why);
        }
    }

    /// Empty when it is missing.
    String text(String name) throws IOException {
        var value = take(name);
        return value.isEmpty() ? "" : text(value.get(), where + name);
    }

    String required(String name) throws IOException {
        var value = text(name);
        if (value.isEmpty()) {
            throw new IOException(where + name + ": missing");
        }
        return value;
    }

    private static String text(Object value, String where) throws IOException {
        if (!(value instanceof String text)) {
            throw new IOException(where + ": not a text: " + value.getClass().getSimpleName());
        }
        if (text.length() > MAXIMUM_TEXT || text.indexOf('\0') >= 0) {
            throw new IOException(where + ": longer than " + MAXIMUM_TEXT + " characters, or with a NUL");
        }
        return text;
    }

    Optional<Long> number(String name, long lowest, long highest) throws IOException {
        var value = take(name);
        return value.isEmpty() ? Optional.empty() : Optional.of(number(value.get(), where + name, lowest, highest));
    }

    /// JSON's numbers come as any of Java's.
    private static long number(Object value, String where, long lowest, long highest) throws IOException {
        var number = value instanceof Number it && it.doubleValue() == it.longValue() ? it.longValue() : lowest - 1;
        if (number < lowest || number > highest) {
            throw new IOException(where + ": not a number from " + lowest + " to " + highest);
        }
        return number;
    }

    /// False when it is missing.
    boolean isTrue(String name) throws IOException {
        var value = take(name).orElse(false);
        if (value instanceof Boolean isTrue) {
            return isTrue;
        }
        throw new IOException(where + name + ": neither true nor false");
    }

    List<Long> numbers(String name, long lowest, long highest) throws IOException {
        var numbers = new ArrayList<Long>();
        for (var value : list(name)) {
            numbers.add(number(value, where + name, lowest, highest));
        }
        return numbers;
    }

    List<String> texts(String name) throws IOException {
        var texts = new ArrayList<String>();
        for (var value : list(name)) {
            texts.add(text(value, where + name));
        }
        return texts;
    }

    List<CdiObject> objects(String name) throws IOException {
        var objects = new ArrayList<CdiObject>();
        for (var value : list(name)) {
            objects.add(object(value, name + "[" + objects.size() + "]"));
        }
        return objects;
    }

    Optional<CdiObject> object(String name) throws IOException {
        var value = take(name);
        return value.isEmpty() ? Optional.empty() : Optional.of(object(value.get(), name));
    }

    private CdiObject object(Object value, String name) throws IOException {
        if (!(value instanceof Map<?, ?> inner)) {
            throw new IOException(where + name + ": not an object");
        }
        return new CdiObject(where + name + ".", version, inner);
    }

    private List<?> list(String name) throws IOException {
        var value = take(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!(value.get() instanceof List<?> list) || list.size() > MAXIMUM_ITEMS || list.contains(null)) {
            throw new IOException(where + name + ": not a list of at most " + MAXIMUM_ITEMS);
        }
        return list;
    }

    /// @throws IOException names a field that nobody has asked for
    void end() throws IOException {
        if (!unread.isEmpty()) {
            throw new IOException(where + unread.iterator().next() + ": there is no such field in CDI " + version);
        }
    }
}
