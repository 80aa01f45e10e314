package dev.carafe.daemon.config;

import java.util.Comparator;

/// What `--help` says of the flags.
public final class FlagsHelp {
    private static final String INDENT = "      ";
    private static final int WIDTH = 100;

    private FlagsHelp() {}

    /// All flags by name, a paragraph each.
    public static String text() {
        var text = new StringBuilder();
        Tables.options()
                .sorted(Comparator.comparing(key -> key.option().flag()))
                .forEach(key -> paragraph(text, key));
        return text.toString();
    }

    private static <T> void paragraph(StringBuilder text, Key<T> key) {
        var option = key.option();
        text.append("  --").append(option.flag());
        if (!option.alias().isEmpty()) {
            text.append(option.alias().length() == 1 ? ", -" : ", --").append(option.alias());
        }
        if (!(key.kind() instanceof BooleanKind)) {
            text.append(" value");
        }
        text.append('\n');
        wrapped(text, key.meaning());
        if (!key.warning().isEmpty()) {
            wrapped(text, "This flag " + key.warning() + ".");
        }
        var facts = "Default: " + key.kind().toToml(key.standard()).replaceAll("\\s*\n\\s*", " ");
        wrapped(text, option.variables().isEmpty() ? facts : facts + "; $" + String.join(", $", option.variables()));
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
