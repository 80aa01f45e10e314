package dev.carafe.daemon.config;

import java.util.List;
import java.util.Map;

/// A configuration as a file in the form of crio.conf(5), with a comment for each key. What has its default
/// stands there as a comment, so the file shows what is configured, and reading it gives an equal configuration.
public final class Template {
    private static final int WIDTH = 100;

    private static final String HEAD = """
            # The configuration of carafe, in the tables and keys of crio.conf(5).
            # Commented lines show the defaults. Files in crio.conf.d, environment variables and flags are
            # stronger than this file, in this order.
            """;

    private final StringBuilder text = new StringBuilder(HEAD);
    private final Configuration configuration;

    private Template(Configuration configuration) {
        this.configuration = configuration;
    }

    /// The whole file.
    public static String of(Configuration configuration) {
        var template = new Template(configuration);
        Tables.ALL.forEach(template::table);
        return template.text.toString();
    }

    private void table(Table table) {
        text.append('\n');
        comment(table.meaning());
        var header = "[" + table.name() + "]\n";
        text.append(table.isNamed() ? "# " + header : header);
        for (var key : table.keys()) {
            text.append('\n');
            comment(key.meaning());
            var warning = key.warning();
            if (!warning.isEmpty()) {
                comment("This key " + warning + ".");
            }
            // Of a table that the operator names, this is only the description.
            setting(key, table.isNamed() ? new Values() : configuration.values());
        }
        if (table == HandlerKeys.TABLE) {
            named(HandlerKeys.TABLE_OF_TABLES, configuration.handlers(), List.of(table));
        } else if (table == WorkloadKeys.RESOURCES) {
            var tables = List.of(WorkloadKeys.TABLE, WorkloadKeys.RESOURCES);
            named(WorkloadKeys.TABLE_OF_TABLES, configuration.workloads(), tables);
        }
    }

    private void comment(String words) {
        var line = new StringBuilder("#");
        for (var word : words.split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line.setLength(1);
            }
            line.append(' ').append(word);
        }
        text.append(line).append('\n');
    }

    private <T> void setting(Key<T> key, Values values) {
        var setting = key.name() + " = " + key.kind().toToml(values.get(key));
        text.append(values.isDefault(key) ? "# " + setting.replace("\n", "\n# ") : setting)
                .append('\n');
    }

    /// What the operator configured; its description stands above.
    private void named(String tableOfTables, Map<String, Values> named, List<Table> tables) {
        named.forEach((name, values) -> {
            for (var table : tables) {
                var header = tableOfTables + "." + Toml.key(name)
                        + table.name().substring(tables.getFirst().name().length());
                text.append("\n[").append(header).append("]\n");
                table.keys().stream().filter(key -> !values.isDefault(key)).forEach(key -> setting(key, values));
            }
        });
    }
}
