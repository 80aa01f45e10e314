package dev.carafe.daemon.config;

import java.util.Collection;
import java.util.Comparator;

/// What someone who mistyped a name most likely meant.
final class Nearest {
    /// Longer names are compared by their beginnings.
    private static final int MAX_LENGTH = 100;

    private Nearest() {}

    /// The candidate with the fewest edits (Levenshtein) in what follows its last dot: a key in the wrong table is
    /// found
    /// by its name. Of equals the one with the fewest edits in all, then the first by name. There must be one.
    static String to(String name, Collection<String> candidates) {
        var start = name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) : name;
        return candidates.stream()
                .min(Comparator.<String>comparingInt(candidate -> distance(last(start), last(candidate)))
                        .thenComparingInt(candidate -> distance(start, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static int distance(String from, String to) {
        var above = new int[to.length() + 1];
        for (var column = 0; column <= to.length(); column++) {
            above[column] = column;
        }
        for (var row = 1; row <= from.length(); row++) {
            var current = new int[to.length() + 1];
            current[0] = row;
            for (var column = 1; column <= to.length(); column++) {
                var replaced = above[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, 1 + Math.min(above[column], current[column - 1]));
            }
            above = current;
        }
        return above[to.length()];
    }
}
