package dev.carafe.registry.conf;

/// What becomes of a short name that several search registries could mean. There is no terminal on which somebody
/// could be asked.
public enum ShortNameMode {
    /// Nobody has said; as [#ENFORCING].
    UNSET,
    /// It is refused.
    ENFORCING,
    /// All are tried in order.
    PERMISSIVE,
    /// As [#PERMISSIVE]: they differ only where somebody can be asked.
    DISABLED;

    boolean refusesAmbiguity() {
        return switch (this) {
            case UNSET, ENFORCING -> true;
            case PERMISSIVE, DISABLED -> false;
        };
    }

    ShortNameMode or(ShortNameMode earlier) {
        return this == UNSET ? earlier : this;
    }
}
