package dev.carafe.trust;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;

/// JSON as RFC 8259 has it and nothing beyond: no comments, no second value of the same name, nothing after the
/// end, only well-formed UTF-8. Two readers of what it accepts can't see two documents.
final class StrictJson {
    private static final int DEEPEST = 32;
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

    private final String text;
    private int at;
    private int line = 1;

    private StrictJson(String text) {
        this.text = text;
    }

    static JsonValue parse(byte[] bytes) throws BadFormException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadFormException("it is not UTF-8", e);
        }
        var json = new StrictJson(text);
        var value = json.value(0);
        json.skipSpace();
        if (json.at < text.length()) {
            throw json.wrong("nothing may follow the document");
        }
        return value;
    }

    private JsonValue value(int depth) throws BadFormException {
        if (depth > DEEPEST) {
            throw wrong("nested more than " + DEEPEST + " levels deep");
        }
        skipSpace();
        var begun = line;
        return switch (peek()) {
            case '{' -> fields(depth, begun);
            case '[' -> items(depth, begun);
            case '"' -> new JsonValue.Text(string(), begun);
            case 't' -> word("true", new JsonValue.Flag(true, begun));
            case 'f' -> word("false", new JsonValue.Flag(false, begun));
            case 'n' -> word("null", new JsonValue.Nothing(begun));
            default -> number(begun);
        };
    }

    private JsonValue fields(int depth, int begun) throws BadFormException {
        var fields = new LinkedHashMap<String, JsonValue>();
        at++;
        skipSpace();
        if (took('}')) {
            return new JsonValue.Fields(fields, begun);
        }
        do {
            skipSpace();
            if (peek() != '"') {
                throw wrong("a name in quotes is expected");
            }
            var name = string();
            skipSpace();
            take(':');
            if (fields.containsKey(name)) {
                throw wrong("the name " + Quoted.of(name) + " is there twice");
            }
            fields.put(name, value(depth + 1));
            skipSpace();
        } while (took(','));
        take('}');
        return new JsonValue.Fields(fields, begun);
    }

    private JsonValue items(int depth, int begun) throws BadFormException {
        var items = new ArrayList<JsonValue>();
        at++;
        skipSpace();
        if (took(']')) {
            return new JsonValue.Items(items, begun);
        }
        do {
            items.add(value(depth + 1));
            skipSpace();
        } while (took(','));
        take(']');
        return new JsonValue.Items(items, begun);
    }

    private String string() throws BadFormException {
        var string = new StringBuilder();
        at++;
        while (peek() != '"') {
            var c = text.charAt(at++);
            if (c < ' ') {
                throw wrong("a control character in a string");
            }
            string.append(c == '\\' ? escape() : c);
        }
        at++;
        var result = string.toString();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(result)) {
            throw wrong("half a character in a string");
        }
        return result;
    }

    private char escape() throws BadFormException {
        var escaped = peek();
        at++;
        return switch (escaped) {
            case '"', '\\', '/' -> (char) escaped;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> codeUnit();
            default -> throw wrong("an unknown escape in a string");
        };
    }

    private char codeUnit() throws BadFormException {
        var unit = 0;
        for (var i = 0; i < 4; i++, at++) {
            var digit = peek();
            if (digit > 'f' || Character.digit(digit, 16) < 0) {
                throw wrong("four hexadecimal digits are expected after \\u");
            }
            unit = unit * 16 + Character.digit(digit, 16);
        }
        return (char) unit;
    }

    private JsonValue number(int begun) throws BadFormException {
        var number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw wrong("a value is expected");
        }
        at = number.end();
        return new JsonValue.Number(number.group(), begun);
    }

    private JsonValue word(String word, JsonValue value) throws BadFormException {
        if (!text.startsWith(word, at)) {
            throw wrong("a value is expected");
        }
        at += word.length();
        return value;
    }

    private void skipSpace() {
        for (; at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0; at++) {
            line += text.charAt(at) == '\n' ? 1 : 0;
        }
    }

    private int peek() throws BadFormException {
        if (at >= text.length()) {
            throw wrong("it ends too early");
        }
        return text.charAt(at);
    }

    private boolean took(char c) throws BadFormException {
        var found = peek() == c;
        at += found ? 1 : 0;
        return found;
    }

    private void take(char c) throws BadFormException {
        if (!took(c)) {
            throw wrong("a " + c + " is expected");
        }
    }

    private BadFormException wrong(String what) {
        return new BadFormException("line " + line + ": " + what);
    }
}
