package dev.carafe.oci;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The one way in for JSON that somebody else wrote, or that a disk kept: the parser is kept from what would hurt
/// it, and its many exceptions become one. Size is bounded by who reads the text.
public final class ForeignJson {
    /// The documents of the specifications need a dozen. The parser skips what it does not know by recursion, so
    /// a document that is nested deeply enough would use up the stack.
    private static final int DEEPEST = 64;

    private static final int LONGEST_MESSAGE = 200;

    private ForeignJson() {}

    /// @param parser one of the JSON library's; what the constructors of its records refuse is refused here
    public static <T> T read(String text, Function<String, @Nullable T> parser) throws BadJsonException {
        requireOneShallowValue(text);
        try {
            var value = parser.apply(text);
            if (value != null) {
                return value;
            }
        } catch (RuntimeException e) {
            // The library throws what its code runs into: IndexOutOfBoundsException where a text ends within a
            // name, NullPointerException, IllegalStateException, NumberFormatException, and its own.
            throw new BadJsonException(shown(String.valueOf(e.getMessage())), e);
        }
        throw new BadJsonException("null in place of a document");
    }

    /// The same of text in UTF-8.
    public static <T> T read(byte[] utf8, Function<String, @Nullable T> parser) throws BadJsonException {
        return read(new String(utf8, StandardCharsets.UTF_8), parser);
    }

    /// The library would not look at what comes after the value; another reader of the same text might.
    private static void requireOneShallowValue(String text) throws BadJsonException {
        var depth = 0;
        var isInString = false;
        var isOver = false;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (isOver && " \t\r\n".indexOf(c) < 0) {
                throw new BadJsonException("text after the document's end");
            }
            switch (c) {
                case '\\' -> i++;
                case '"' -> isInString = !isInString;
                case '{', '[' -> depth += isInString ? 0 : 1;
                case '}', ']' -> {
                    depth -= isInString ? 0 : 1;
                    isOver = depth == 0;
                }
                default -> {}
            }
            if (depth > DEEPEST) {
                throw new BadJsonException("nested more than " + DEEPEST + " levels deep");
            }
        }
    }

    private static String shown(String message) {
        var line = Quoted.printable(message);
        return line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "…" : line;
    }
}
