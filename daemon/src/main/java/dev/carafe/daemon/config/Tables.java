package dev.carafe.daemon.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// All that can be configured.
final class Tables {
    /// In the order of crio.conf(5).
    static final List<Table> ALL = List.of(
            RootKeys.TABLE,
            ApiKeys.TABLE,
            RuntimeKeys.TABLE,
            HandlerKeys.TABLE,
            WorkloadKeys.TABLE,
            WorkloadKeys.RESOURCES,
            CheckpointKeys.TABLE,
            ImageKeys.TABLE,
            NetworkKeys.TABLE,
            MetricsKeys.TABLE,
            TracingKeys.TABLE,
            StatsKeys.TABLE,
            NriKeys.TABLE,
            NriKeys.VALIDATOR);

    private static final Map<String, Table> BY_NAME = new HashMap<>();
    /// Of tables and of the tables that they stand in.
    private static final Set<String> NAMES = new HashSet<>();

    static {
        for (var table : ALL) {
            BY_NAME.put(table.name(), table);
            for (var name = table.name(); !name.isEmpty(); name = parent(name)) {
                NAMES.add(name);
            }
        }
    }

    private Tables() {}

    private static String parent(String name) {
        return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : "";
    }

    static Optional<Key<?>> key(String table, String name) {
        return Optional.ofNullable(BY_NAME.get(table)).flatMap(t -> t.key(name));
    }

    /// The declared name of the table that a table of a file stands for: `<name>` for one that the operator
    /// names. Empty when there is no such table.
    ///
    /// @param parent the declared name of the table in which it stands; empty for the file itself
    static Optional<String> child(String parent, String name) {
        var prefix = parent.isEmpty() ? "" : parent + ".";
        // A quoted name may have dots, which are none between tables.
        var candidates = name.contains(".") ? Stream.of(Table.ANY_NAME) : Stream.of(name, Table.ANY_NAME);
        return candidates.map(prefix::concat).filter(NAMES::contains).findFirst();
    }

    /// The known keys and tables, as an operator writes them.
    static List<String> paths() {
        var paths = new ArrayList<>(NAMES);
        for (var table : ALL) {
            table.keys().forEach(key -> paths.add(key.path()));
        }
        return paths;
    }

    /// Whatever has a flag or a variable.
    static Stream<Key<?>> options() {
        return Stream.concat(ALL.stream(), Stream.of(CommandLineKeys.TABLE))
                .flatMap(table -> table.keys().stream())
                .filter(key -> !key.option().flag().isEmpty());
    }
}
