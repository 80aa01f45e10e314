package dev.carafe.oci;

/// A bound on foreign JSON before it is parsed: the parser skips what it does not know by recursion, so a document that
/// is nested deeply enough would use up the stack.
public final class JsonNesting {
    /// The documents of the specifications need a dozen.
    private static final int DEEPEST = 64;

    private JsonNesting() {}

    /// @throws IllegalStateException when it is nested too deeply
    public static void check(String json) {
        var depth = 0;
        var inString = false;
        for (var i = 0; i < json.length() && depth <= DEEPEST; i++) {
            switch (json.charAt(i)) {
                case '\\' -> i++;
                case '"' -> inString = !inString;
                case '{', '[' -> depth += inString ? 0 : 1;
                case '}', ']' -> depth -= inString ? 0 : 1;
                default -> {}
            }
        }
        if (depth > DEEPEST) {
            throw new IllegalStateException("nested more than " + DEEPEST + " levels deep");
        }
    }
}
