package dev.carafe.engine.rdt;

import java.util.Map;

/// What is said for the caches of one kind.
///
/// @param others those that are not named by their ids
record ById<T>(T others, Map<Integer, T> named) {
    ById {
        named = Map.copyOf(named);
    }

    T at(int id) {
        return named.getOrDefault(id, others);
    }
}
