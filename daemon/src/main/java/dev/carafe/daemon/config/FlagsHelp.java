package dev.carafe.daemon.config;

import java.util.List;

/// What `--help` says of the flags.
public final class FlagsHelp {
    private static final String INDENT = "      ";
    private static final int WIDTH = 100;

    private FlagsHelp() {}

    /// All flags by name, a paragraph each.
    public static String text() {
        var text = new StringBuilder();
        Flag.all().forEach(flag -> paragraph(text, flag));
        return text.toString();
    }

    private static void paragraph(StringBuilder text, Flag flag) {
        text.append("  ").append(String.join(", ", flag.spellings()));
        text.append(flag.takesValue() ? " value\n" : "\n");
        wrapped(text, flag.meaning());
        wrapped(text, facts(flag.standard(), flag.variables()));
    }

    private static String facts(String standard, List<String> variables) {
        var fact = "Default: " + standard;
        return variables.isEmpty() ? fact : fact + "; $" + String.join(", $", variables);
    }

    private static void wrapped(StringBuilder text, String words) {
        var line = new StringBuilder(INDENT);
        for (var word : words.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH) {
                text.append(line.toString().stripTrailing()).append('\n');
                line.setLength(INDENT.length());
            }
            line.append(word).append(' ');
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
