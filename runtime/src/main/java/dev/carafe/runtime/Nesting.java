package dev.carafe.runtime;

/// What runtimes and monitors print is flat. The JSON parser skips what it does not know by recursion, so a
/// document that is nested deeply enough would use up the stack.
final class Nesting {
    private static final int DEEPEST = 64;

    private Nesting() {}

    /// @throws IllegalStateException when it is nested too deeply
    static void check(String json) {
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
