package dev.carafe.daemon.manual;

import dev.carafe.daemon.config.FlagsHelp;

/// What `carafe --help` prints.
public final class Help {
    private static final String INDENT = "      ";
    private static final int WIDTH = 100;

    private static final String HEAD = """
            carafe runs pods and containers for a kubelet: the Kubernetes Container Runtime Interface.

            Usage: carafe [flags] [subcommand]

            Without a subcommand it runs in the foreground until SIGTERM or SIGINT. Containers go on when it ends.

            Subcommands:
            """;

    private static final String BETWEEN = """

            Exit codes: 0; 1 when the start fails or a check finds damage; 2 for a wrong command line.

            Flags are stronger than environment variables, those than the files in the configuration folder, and
            those than the configuration file:

            """;

    private Help() {}

    public static String text() {
        var text = new StringBuilder(HEAD);
        for (var command : Subcommand.ALL) {
            text.append("  ").append(String.join(", ", command.names().toList()));
            text.append(command.usage().isEmpty() ? "" : " " + command.usage()).append('\n');
            var line = new StringBuilder(INDENT);
            for (var word : command.meaning().split(" ", -1)) {
                if (line.length() + word.length() > WIDTH) {
                    text.append(line.toString().stripTrailing()).append('\n');
                    line.setLength(INDENT.length());
                }
                line.append(word).append(' ');
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.append(BETWEEN).append(FlagsHelp.text()).toString();
    }

    /// The names of subcommands, for who asked for none of them.
    public static String names() {
        return String.join(", ", Subcommand.ALL.stream().map(Subcommand::name).toList());
    }
}
