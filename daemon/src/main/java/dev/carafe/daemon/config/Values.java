package dev.carafe.daemon.config;

import java.util.HashMap;
import java.util.Map;

/// The values that keys were given, and where; all other keys have their defaults. For one thread while it is
/// filled.
final class Values {
    private record Setting(Object value, Origin origin) {}

    private final Origin origin;
    private final Map<Key<?>, Setting> settings = new HashMap<>();

    Values() {
        this(Origin.BUILT_IN);
    }

    /// @param origin where it was said that there are these values at all
    Values(Origin origin) {
        this.origin = origin;
    }

    <T> void put(Key<T> key, T value, Origin origin) {
        if (!key.kind().saysNothing(value)) {
            settings.put(key, new Setting(value, origin));
        }
    }

    <T> T get(Key<T> key) {
        var setting = settings.get(key);
        return setting == null ? key.standard() : value(key, setting);
    }

    /// The only way in is [#put(Key, Object, Origin)], which takes values of the key's own type.
    @SuppressWarnings({"unchecked", "unused"})
    private static <T> T value(Key<T> key, Setting setting) {
        return (T) setting.value();
    }

    boolean isSet(Key<?> key) {
        return settings.containsKey(key);
    }

    Origin origin() {
        return origin;
    }

    /// Where the key was set, or all there is to point at.
    Origin origin(Key<?> key) {
        var setting = settings.get(key);
        return setting == null ? origin : setting.origin();
    }

    boolean isDefault(Key<?> key) {
        return get(key).equals(key.standard());
    }

    /// Adds what was read later.
    void merge(Values later) {
        later.settings.keySet().forEach(key -> merge(key, later));
    }

    private <T> void merge(Key<T> key, Values later) {
        var value = isSet(key) ? key.kind().merged(get(key), later.get(key)) : later.get(key);
        put(key, value, later.origin(key));
    }

    /// Has the key as others have it, set or not.
    void take(Key<?> key, Values others) {
        var setting = others.settings.get(key);
        if (setting == null) {
            settings.remove(key);
        } else {
            settings.put(key, setting);
        }
    }

    /// Puts stronger values in place of these.
    void override(Values stronger) {
        settings.putAll(stronger.settings);
    }
}
