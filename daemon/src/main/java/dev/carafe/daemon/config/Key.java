package dev.carafe.daemon.config;

/// A key of crio.conf(5), or a flag that has none. Its declaration is the only place that knows all this.
///
/// @param table the dotted name of its table, where `<name>` stands for a name of the operator's; empty for flags
///     without a key
/// @param standard the value when nothing sets it
/// @param replacement completes "is deprecated: …"; empty when it is not
/// @param reloadable whether crio.conf(5) promises that SIGHUP is enough
/// @param meaning a sentence or two for the operator
record Key<T>(
        String table,
        String name,
        Kind<T> kind,
        T standard,
        Option option,
        Standing standing,
        String replacement,
        boolean reloadable,
        String meaning) {

    /// Whether SIGHUP takes it up.
    boolean isTakenUp() {
        return reloadable && standing.equals(Standing.BUILT);
    }

    /// As it stands in messages.
    String path() {
        return table.isEmpty() ? "--" + option.flag() : table + "." + name;
    }

    /// Completes the key's name in a warning to who sets it; empty when there is nothing to warn of.
    String warning() {
        if (replacement.isEmpty()) {
            return standing.warning();
        }
        var deprecated = "is deprecated: " + replacement;
        return standing.warning().isEmpty() ? deprecated : standing.warning() + "; it " + deprecated;
    }

    /// A key is itself and no other. What a record does by default would cost every start some milliseconds.
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
