package dev.carafe.daemon.config;

import java.util.List;
import java.util.Locale;

/// A key in the making. Its flag is its name with dashes, and its variable is the flag in capitals after
/// `CONTAINER_`, unless the declaration says otherwise. The last call says whether the key is built, and what it
/// means.
final class Declaration<T> {
    private final Declarations declarations;
    private final String name;
    private final Kind<T> kind;
    private final T standard;
    private Option option;
    private String replacement = "";
    private boolean reloadable;

    Declaration(Declarations declarations, String name, Kind<T> kind, T standard) {
        this.declarations = declarations;
        this.name = name;
        this.kind = kind;
        this.standard = standard;
        // A flag can't say which of the operator's tables it is for.
        this.option = declarations.table().contains(Table.ANY_NAME) ? Option.NONE : option(name.replace('_', '-'));
    }

    private static Option option(String flag) {
        var variable = "CONTAINER_" + flag.toUpperCase(Locale.ROOT).replace('-', '_');
        return new Option(flag, "", List.of(variable));
    }

    /// Another name of the flag, and with it of the variable.
    Declaration<T> flag(String flag) {
        option = option(flag);
        return this;
    }

    Declaration<T> noFlag() {
        option = Option.NONE;
        return this;
    }

    Declaration<T> alias(String alias) {
        option = new Option(option.flag(), alias, option.variables());
        return this;
    }

    /// In place of the variable that the flag's name makes; none at all takes it away.
    Declaration<T> environment(String... variables) {
        option = new Option(option.flag(), option.alias(), List.of(variables));
        return this;
    }

    /// @param replacement completes "is deprecated: …"
    Declaration<T> deprecated(String replacement) {
        this.replacement = replacement;
        return this;
    }

    Declaration<T> reloadable() {
        reloadable = true;
        return this;
    }

    Key<T> built(String meaning) {
        return declared(Standing.BUILT, meaning);
    }

    Key<T> notYet(String meaning) {
        return declared(Standing.NOT_YET, meaning);
    }

    /// @param reason completes "has no effect: …"
    Key<T> noEffect(String reason, String meaning) {
        return declared(Standing.noEffect(reason), meaning);
    }

    private Key<T> declared(Standing standing, String meaning) {
        var key = new Key<>(
                declarations.table(), name, kind, standard, option, standing, replacement, reloadable, meaning);
        declarations.add(key);
        return key;
    }
}
