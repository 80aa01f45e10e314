package dev.carafe.daemon.manual;

import dev.carafe.daemon.config.Flag;
import dev.carafe.daemon.config.KeyText;

/// The manual: what `carafe man` and `carafe markdown` print.
public final class Manual {
    private static final String SUMMARY = "runs pods and containers for a kubelet";

    private static final String DESCRIPTION =
            "carafe is a daemon that answers the Kubernetes Container Runtime Interface on a unix socket. It pulls"
                    + " images, makes pods and their networks, and has an OCI runtime run containers. It reads the"
                    + " configuration of CRI-O, knows its flags and variables, and can be installed as crio. Without a"
                    + " subcommand it runs in the foreground until SIGTERM or SIGINT; containers go on when it ends.";

    private static final String PRECEDENCE =
            "A flag is stronger than its environment variable, that than the files of the configuration folder in the"
                    + " order of their names, those than the configuration file, and that than the built-in default.";

    private static final String RELOAD =
            "A running daemon takes up those that say so, on SIGHUP or as soon as a file of the configuration has"
                    + " changed. Files that are wrong change nothing.";

    private static final String[][] SIGNALS = {
        {"SIGTERM, SIGINT", "Ends the daemon in order. Containers go on."},
        {"SIGHUP", "Has it read its configuration again."},
        {"SIGUSR1", "Has it write what its threads do into a new file of the temporary folder; the log names it."},
    };

    private static final String[][] CODES = {
        {"0", "All is well."}, {"1", "The start failed, or a check found damage."}, {"2", "The command line is wrong."},
    };

    private final Markup markup;

    private Manual(Markup markup) {
        this.markup = markup;
    }

    /// For man(1).
    public static String page() {
        return new Manual(new Roff()).text();
    }

    public static String markdown() {
        return new Manual(new Markdown()).text();
    }

    /// A way to write a manual down.
    sealed interface Markup permits Roff, Markdown {
        void title(String name, int section, String summary);

        void section(String name);

        void paragraph(String text);

        /// What is explained, and how.
        void term(String term, String text);

        String text();
    }

    private String text() {
        markup.title("carafe", 8, SUMMARY);
        markup.section("SYNOPSIS");
        markup.paragraph("carafe [flags] [subcommand]");
        markup.section("DESCRIPTION");
        markup.paragraph(DESCRIPTION);
        markup.section("SUBCOMMANDS");
        for (var command : Subcommand.ALL) {
            var names = String.join(", ", command.names().toList());
            markup.term((names + " " + command.usage()).strip(), sentence(command.meaning()));
        }
        markup.section("FLAGS");
        markup.paragraph(PRECEDENCE);
        for (var flag : Flag.all()) {
            var variables = flag.variables().isEmpty() ? "" : " Variable: " + String.join(", ", flag.variables()) + ".";
            markup.term(
                    String.join(", ", flag.spellings()) + (flag.takesValue() ? " value" : ""),
                    flag.meaning() + " Default: " + flag.standard() + "." + variables);
        }
        keys();
        markup.section("SIGNALS");
        terms(SIGNALS);
        markup.section("EXIT STATUS");
        terms(CODES);
        return markup.text();
    }

    private void keys() {
        markup.section("CONFIGURATION");
        markup.paragraph(RELOAD);
        var table = "";
        for (var key : KeyText.all()) {
            if (!key.table().equals(table)) {
                table = key.table();
                markup.section("[" + table + "]");
            }
            var reload = key.isTakenUp() ? " A running daemon takes it up." : "";
            markup.term(key.name() + " = " + key.standard(), key.meaning() + reload);
        }
    }

    private void terms(String[][] terms) {
        for (var term : terms) {
            markup.term(term[0], term[1]);
        }
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }
}
