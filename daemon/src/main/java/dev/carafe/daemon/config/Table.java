package dev.carafe.daemon.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A table of crio.conf(5).
final class Table {
    /// Stands in names of tables for what the operator chooses.
    static final String ANY_NAME = "<name>";

    private final String name;
    private final String meaning;
    private final List<Key<?>> keys;
    private final Map<String, Key<?>> byName = new HashMap<>();

    /// @param name dotted, such as `crio.runtime.runtimes.<name>`
    Table(String name, String meaning, List<Key<?>> keys) {
        this.name = name;
        this.meaning = meaning;
        this.keys = List.copyOf(keys);
        keys.forEach(key -> byName.put(key.name(), key));
    }

    String name() {
        return name;
    }

    String meaning() {
        return meaning;
    }

    /// In the order of declaration.
    List<Key<?>> keys() {
        return keys;
    }

    Optional<Key<?>> key(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    boolean isNamed() {
        return name.contains(ANY_NAME);
    }
}
