package dev.carafe.engine.edit;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A POSIX extended regular expression of a node's file, sought in text of a pod's. The search is bounded: what
/// backtracks without end would hang a creation.
final class PosixPattern {
    private static final int MAXIMUM_LENGTH = 4096;
    private static final int MAXIMUM_STEPS = 10_000_000;
    private static final Pattern CLASS = Pattern.compile("\\[:([a-z]+):\\]");

    private final Pattern pattern;

    private PosixPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /// @throws IOException when it is none
    static PosixPattern of(String text) throws IOException {
        if (text.length() > MAXIMUM_LENGTH) {
            throw new IOException("a regular expression of more than " + MAXIMUM_LENGTH + " characters");
        }
        try {
            return new PosixPattern(Pattern.compile(CLASS.matcher(text).replaceAll(PosixPattern::javaClass)));
        } catch (PatternSyntaxException e) {
            throw new IOException("not a regular expression: " + text + " (" + e.getDescription() + ")", e);
        }
    }

    /// `[:alpha:]`, which stands in brackets, is `\p{Alpha}` here; only `xdigit` has two capitals.
    private static String javaClass(MatchResult found) {
        var name = found.group(1);
        var capital =
                name.equals("xdigit") ? "XDigit" : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        return "\\\\p{" + capital + "}";
    }

    /// Whether it is found somewhere in the text.
    ///
    /// @throws IOException when that takes too long
    boolean matches(String text) throws IOException {
        try {
            return pattern.matcher(new CountedText(text)).find();
        } catch (TooManySteps e) {
            throw new IOException("the regular expression " + pattern + " takes too long on what a pod gives", e);
        } catch (StackOverflowError e) {
            throw new IOException("the regular expression " + pattern + " goes too deep on what a pod gives", e);
        }
    }

    private static final class TooManySteps extends RuntimeException {
        TooManySteps() {
            super(null, null, false, false);
        }
    }

    /// Each look at a character is a step of the search. The search itself takes no parts of it.
    private static final class CountedText implements CharSequence {
        private final String text;
        private int steps;

        CountedText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps > MAXIMUM_STEPS) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
