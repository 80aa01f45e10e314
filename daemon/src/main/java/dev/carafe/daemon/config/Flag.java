package dev.carafe.daemon.config;

import java.util.Comparator;
import java.util.List;

/// A flag of the command line as its declaration has it, for who documents or completes it.
///
/// @param name without dashes
/// @param alias a second name; empty when there is none
/// @param takesValue whether a word follows
/// @param meaning sentences
/// @param standard its default, as the file would have it
/// @param variables of the environment
public record Flag(
        String name, String alias, boolean takesValue, String meaning, String standard, List<String> variables) {
    public Flag {
        variables = List.copyOf(variables);
    }

    /// All, by name.
    public static List<Flag> all() {
        return Tables.options()
                .map(Flag::of)
                .sorted(Comparator.comparing(Flag::name))
                .toList();
    }

    private static <T> Flag of(Key<T> key) {
        var option = key.option();
        var warning = key.warning();
        return new Flag(
                option.flag(),
                option.alias(),
                !(key.kind() instanceof BooleanKind),
                warning.isEmpty() ? key.meaning() : key.meaning() + " This flag " + warning + ".",
                key.kind().toToml(key.standard()).replaceAll("\\s*\n\\s*", " "),
                option.variables());
    }

    /// As it is spelled: one dash for a letter, two for a word.
    public List<String> spellings() {
        return alias.isEmpty()
                ? List.of("--" + name)
                : List.of("--" + name, (alias.length() == 1 ? "-" : "--") + alias);
    }
}
