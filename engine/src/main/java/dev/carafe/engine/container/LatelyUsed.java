package dev.carafe.engine.container;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Values that are dear to get, at most so many; the one that was not asked for the longest goes. Safe for all threads.
final class LatelyUsed<K, V> {
    private final Map<K, V> values;

    LatelyUsed(int capacity) {
        values = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > capacity;
            }
        };
    }

    synchronized Optional<V> get(K key) {
        return Optional.ofNullable(values.get(key));
    }

    synchronized void put(K key, V value) {
        values.put(key, value);
    }
}
