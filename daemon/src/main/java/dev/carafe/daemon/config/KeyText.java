package dev.carafe.daemon.config;

import java.util.List;

/// A key of the configuration file as its declaration has it, for who documents it.
///
/// @param table as it is spelled in the file, `<name>` for a name of the operator's
/// @param meaning sentences
/// @param standard its default, as the file would have it
/// @param isTakenUp whether a running daemon takes it up
public record KeyText(String table, String name, String meaning, String standard, boolean isTakenUp) {
    /// All, in the order of the file.
    public static List<KeyText> all() {
        return Tables.ALL.stream()
                .flatMap(table -> table.keys().stream())
                .<KeyText>map(KeyText::of)
                .toList();
    }

    private static <T> KeyText of(Key<T> key) {
        var warning = key.warning();
        return new KeyText(
                key.table(),
                key.name(),
                warning.isEmpty() ? key.meaning() : key.meaning() + " This key " + warning + ".",
                key.kind().toToml(key.standard()).replaceAll("\\s*\n\\s*", " "),
                key.isTakenUp());
    }
}
