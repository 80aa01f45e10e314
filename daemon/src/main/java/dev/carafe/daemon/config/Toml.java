package dev.carafe.daemon.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/// TOML's spelling of values (toml.io, v1.0), and values of files in messages: bounded, and in one line.
final class Toml {
    /// Characters of a foreign value that a message repeats.
    private static final int MAX_SHOWN = 100;

    /// A list that is wider stands in lines of its own.
    private static final int MAX_WIDTH = 100;

    private Toml() {}

    /// A basic string. Control characters are escaped.
    static String quoted(String text) {
        var quoted = new StringBuilder(text.length() + 2).append('"');
        for (var i = 0; i < text.length(); i++) {
            escape(quoted, text.charAt(i));
        }
        return quoted.append('"').toString();
    }

    private static void escape(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
                    out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                } else {
                    out.append(c);
                }
            }
        }
    }

    /// A key as it stands before `=` or between the dots of a table's name.
    static String key(String name) {
        return isBare(name) ? name : quoted(name);
    }

    private static boolean isBare(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '-'
                                || c == '_');
    }

    static String list(List<String> texts) {
        var quoted = texts.stream().map(Toml::quoted).toList();
        var line = "[" + String.join(", ", quoted) + "]";
        return line.length() <= MAX_WIDTH ? line : "[\n  " + String.join(",\n  ", quoted) + ",\n]";
    }

    static String inlineTable(Map<String, String> pairs) {
        return pairs.isEmpty()
                ? "{}"
                : pairs.entrySet().stream()
                        .map(pair -> key(pair.getKey()) + " = " + quoted(pair.getValue()))
                        .collect(Collectors.joining(", ", "{ ", " }"));
    }

    /// A value that the parser gave, for a message.
    static String shownValue(Object value) {
        return switch (value) {
            case String text -> quoted(cut(text));
            case Boolean _, Long _, Double _ -> value.toString();
            case TomlArray _ -> "a list";
            case TomlTable _ -> "a table";
            default -> "a date or time";
        };
    }

    /// A name or path for a message, without quotes where they aren't needed.
    static String shownName(String name) {
        var quoted = quoted(cut(name));
        return quoted.length() == name.length() + 2 ? name : quoted;
    }

    /// Of a foreign text, as much as a message repeats.
    static String cut(String text) {
        if (text.length() <= MAX_SHOWN) {
            return text;
        }
        var end = Character.isHighSurrogate(text.charAt(MAX_SHOWN - 1)) ? MAX_SHOWN - 1 : MAX_SHOWN;
        return text.substring(0, end) + "...";
    }
}
