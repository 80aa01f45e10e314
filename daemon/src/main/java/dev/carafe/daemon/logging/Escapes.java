package dev.carafe.daemon.logging;

/// Strings of foreign makers in one line of text: nothing in them can end the line, forge another, or steer a
/// terminal. What comes out is valid inside the quotes of logfmt and of JSON.
final class Escapes {
    private Escapes() {}

    /// Appends the value without quotes around it, cut after `limit` characters with a note of what was left
    /// out.
    static void append(StringBuilder out, String value, int limit) {
        var end = end(value, limit);
        for (var i = 0; i < end; ) {
            var codePoint = value.codePointAt(i);
            append(out, codePoint);
            i += Character.charCount(codePoint);
        }
        if (end < value.length()) {
            out.append("... (").append(value.length() - end).append(" more characters)");
        }
    }

    /// Never between the halves of a pair.
    private static int end(String value, int limit) {
        if (value.length() <= limit) {
            return value.length();
        }
        return Character.isHighSurrogate(value.charAt(limit - 1)) ? limit - 1 : limit;
    }

    private static void append(StringBuilder out, int codePoint) {
        switch (codePoint) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (isPrintable(codePoint)) {
                    out.appendCodePoint(codePoint);
                } else {
                    escape(out, codePoint);
                }
            }
        }
    }

    /// Control characters, line separators, and what reorders or hides text (Unicode TR 36), are not.
    private static boolean isPrintable(int codePoint) {
        if (codePoint < 0x7f) {
            return codePoint >= ' ';
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static void escape(StringBuilder out, int codePoint) {
        for (var unit : Character.toChars(codePoint)) {
            out.append("\\u");
            for (var shift = 12; shift >= 0; shift -= 4) {
                out.append(Character.forDigit(unit >> shift & 0xf, 16));
            }
        }
    }
}
