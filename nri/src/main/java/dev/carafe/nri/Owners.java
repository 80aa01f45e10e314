package dev.carafe.nri;

import dev.carafe.api.nri.CompoundFieldOwners;
import dev.carafe.api.nri.Field;
import dev.carafe.api.nri.FieldOwners;
import dev.carafe.api.nri.OwningPlugins;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Which plugin has set what, of the containers that one request is about: nothing may be set by two. For one thread.
final class Owners {
    private final Map<String, FieldOwners.Builder> byContainer = new HashMap<>();

    /// @throws PluginException when another has set it
    void claim(String container, Field field, String plugin) throws PluginException {
        var owners = of(container);
        var other = owners.getSimpleOrDefault(field.getNumber(), plugin);
        if (!other.equals(plugin)) {
            throw conflict(field, "", other, plugin);
        }
        owners.putSimple(field.getNumber(), plugin);
    }

    /// The same of an entry among others.
    void claim(String container, Field field, String key, String plugin) throws PluginException {
        var owners = of(container);
        var entries = entries(owners, field);
        var other = entries.getOwnersOrDefault(key, plugin);
        if (!other.equals(plugin)) {
            throw conflict(field, key, other, plugin);
        }
        owners.putCompound(
                field.getNumber(), entries.toBuilder().putOwners(key, plugin).build());
    }

    /// Of what several may add to.
    void join(String container, Field field, String plugin) {
        var owners = of(container);
        owners.putSimple(
                field.getNumber(),
                owners.containsSimple(field.getNumber())
                        ? owners.getSimpleOrThrow(field.getNumber()) + "," + plugin
                        : plugin);
    }

    void clear(String container, Field field) {
        of(container).removeSimple(field.getNumber());
    }

    void clear(String container, Field field, String key) {
        var owners = of(container);
        owners.putCompound(
                field.getNumber(),
                entries(owners, field).toBuilder().removeOwners(key).build());
    }

    private FieldOwners.Builder of(String container) {
        return byContainer.computeIfAbsent(container, _ -> FieldOwners.newBuilder());
    }

    private static CompoundFieldOwners entries(FieldOwners.Builder owners, Field field) {
        return owners.getCompoundOrDefault(field.getNumber(), CompoundFieldOwners.getDefaultInstance());
    }

    private static PluginException conflict(Field field, String key, String first, String second) {
        var what = field.name().toLowerCase(Locale.ROOT).replace('_', ' ') + (key.isEmpty() ? "" : " " + key);
        return new PluginException("NRI plugins " + first + " and " + second + " both set " + what);
    }

    OwningPlugins toMessage() {
        var all = OwningPlugins.newBuilder();
        byContainer.forEach((container, owners) -> all.putOwners(container, owners.build()));
        return all.build();
    }
}
