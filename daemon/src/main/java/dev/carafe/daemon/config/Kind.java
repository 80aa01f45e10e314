package dev.carafe.daemon.config;

import java.util.List;

/// The type of a key's values: how they are read from a file and from words, and how they are written.
sealed interface Kind<T> permits TextKind, BooleanKind, IntegerKind, DurationKind, ListKind, PairsKind {
    /// @param toml as the parser gives it: a String, Boolean, Long, Double, a date or time, TomlArray, TomlTable
    T fromToml(Object toml) throws BadValue;

    /// Of flags and environment variables.
    ///
    /// @param words each time that a flag was given, in order; at least one
    T fromWords(List<String> words) throws BadValue;

    /// What [#fromToml(Object)] reads back as an equal value. May have several lines.
    String toToml(T value);

    /// Completes "must be …".
    String expected();

    /// Whether the value is as good as none.
    default boolean saysNothing(T value) {
        return false;
    }

    /// What a further file's value makes of this one: that of the later file.
    default T merged(T earlier, T later) {
        return later;
    }
}
