package dev.carafe.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;

/// Reads JSON strictly (RFC 8259): whatever Go's decoder refuses is refused here, since the plugins are to be given
/// it. Of two members with one name the last counts, as in Go. Avaje's generic reader
/// takes trailing text and half a `null`, rounds numbers and has no bound on depth.
final class JsonParser {
    /// Configurations and results nest a handful deep; the bound keeps hostile ones from the stack's end.
    private static final int MAX_DEPTH = 100;

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String text;
    private int at;

    private JsonParser(String text) {
        this.text = text;
    }

    static Json parse(byte[] utf8) throws JsonException {
        return parse(new String(utf8, StandardCharsets.UTF_8));
    }

    static Json parse(String text) throws JsonException {
        var parser = new JsonParser(text);
        var value = parser.value(0);
        parser.skipSpace();
        if (parser.at < text.length()) {
            throw parser.unexpected("the end");
        }
        return value;
    }

    static JsonObject parseObject(byte[] utf8) throws JsonException {
        if (parse(utf8) instanceof JsonObject object) {
            return object;
        }
        throw new JsonException("not a JSON object");
    }

    /// Reads no more than the bound.
    static JsonObject parseFile(Path file, int maxBytes) throws IOException {
        return parseObject(read(file, maxBytes));
    }

    /// No more than the bound.
    static byte[] read(Path file, int maxBytes) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new JsonException("larger than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    private Json value(int depth) throws JsonException {
        if (depth > MAX_DEPTH) {
            throw new JsonException("nested more than " + MAX_DEPTH + " deep");
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> new Json.Text(string());
            case 't' -> word("true", new Json.Bool(true));
            case 'f' -> word("false", new Json.Bool(false));
            case 'n' -> word("null", new Json.Null());
            default -> number();
        };
    }

    private JsonObject object(int depth) throws JsonException {
        var members = new LinkedHashMap<String, Json>();
        at++;
        skipSpace();
        if (took('}')) {
            return JsonObject.EMPTY;
        }
        do {
            skipSpace();
            if (peek() != '"') {
                throw unexpected("a member's name");
            }
            var name = string();
            skipSpace();
            require(':');
            members.put(name, value(depth + 1));
            skipSpace();
        } while (took(','));
        require('}');
        return new JsonObject(members);
    }

    private Json array(int depth) throws JsonException {
        var items = new ArrayList<Json>();
        at++;
        skipSpace();
        if (took(']')) {
            return new Json.Array(items);
        }
        do {
            items.add(value(depth + 1));
            skipSpace();
        } while (took(','));
        require(']');
        return new Json.Array(items);
    }

    private String string() throws JsonException {
        var value = new StringBuilder();
        at++;
        while (true) {
            var c = peek();
            if (c < ' ') {
                throw unexpected("the end of a string");
            }
            at++;
            switch (c) {
                case '"' -> {
                    return value.toString();
                }
                case '\\' -> value.append(escaped());
                default -> value.append(c);
            }
        }
    }

    private char escaped() throws JsonException {
        var c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> codeUnit();
            default -> {
                at--;
                throw unexpected("an escape");
            }
        };
    }

    private char codeUnit() throws JsonException {
        var unit = 0;
        for (var end = at + 4; at < end; at++) {
            var digit = Character.digit(peek(), 16);
            // Digits of other scripts count for Character.digit.
            if (digit < 0 || peek() > 'f') {
                throw unexpected("four hexadecimal digits");
            }
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    private Json word(String word, Json value) throws JsonException {
        if (!text.startsWith(word, at)) {
            throw unexpected("a value");
        }
        at += word.length();
        return value;
    }

    private Json number() throws JsonException {
        var number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw unexpected("a value");
        }
        at = number.end();
        return new Json.Number(number.group());
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean took(char c) {
        if (at == text.length() || text.charAt(at) != c) {
            return false;
        }
        at++;
        return true;
    }

    private void require(char c) throws JsonException {
        if (!took(c)) {
            throw unexpected("'" + c + "'");
        }
    }

    /// NUL at the end, which no place in a document allows.
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private JsonException unexpected(String wanted) {
        var line = 1 + text.substring(0, at).chars().filter(c -> c == '\n').count();
        var column = at - text.lastIndexOf('\n', at - 1);
        var found = at < text.length() ? Quoted.of(text.substring(at, at + 1)) : "the end";
        return new JsonException("line " + line + ", column " + column + ": expected " + wanted + ", found " + found);
    }
}
