package dev.carafe.network;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;

/// A network configuration: the plugins that attach a pod, in this order (CNI specification, section 1).
///
/// @param versions those that the configuration fits and this runtime speaks, newest first; never empty
/// @param plugins never empty, except in a list whose plugins stand in files of their own and were not added yet
/// @param json as it was read
record NetworkList(String name, List<SpecVersion> versions, List<PluginConfiguration> plugins, JsonObject json) {
    /// Of the specification; the length leaves room for the container's id in the name of the cached result's file.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,149}");

    private static final int MAX_PLUGINS = 64;

    private static final String DISABLE_CHECK = "disableCheck";
    private static final String DISABLE_GC = "disableGC";

    NetworkList {
        versions = List.copyOf(versions);
        plugins = List.copyOf(plugins);
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("network " + name + " has no version");
        }
    }

    /// @param fileName names a network that has no name
    static NetworkList parse(JsonObject json, String fileName) throws JsonException {
        var name = json.text("name").isEmpty() ? fileName : json.text("name");
        if (!NAME.matcher(name).matches()) {
            throw new JsonException("\"name\" is not the name of a network: " + Quoted.of(name));
        }
        var plugins = new ArrayList<PluginConfiguration>();
        for (var plugin : json.list("plugins")) {
            plugins.add(PluginConfiguration.of(plugin));
        }
        if (plugins.isEmpty() && json.has("plugins")) {
            throw new JsonException("\"plugins\" is empty");
        }
        var list = new NetworkList(name, versions(json), List.of(), json).adding(plugins);
        var _ = json.flag(DISABLE_CHECK) || json.flag(DISABLE_GC);
        return list;
    }

    /// A configuration of one plugin, the only form before 0.3.0, stands for a list of one.
    static NetworkList ofPlugin(JsonObject plugin, String fileName) throws JsonException {
        var list = JsonObject.EMPTY
                .with("cniVersion", plugin.text("cniVersion"))
                .with("name", plugin.text("name"))
                .with("plugins", new Json.Array(List.of(plugin)));
        return parse(list, fileName);
    }

    private static List<SpecVersion> versions(JsonObject json) throws JsonException {
        var named = new ArrayList<String>();
        for (var version : json.list("cniVersions")) {
            if (!(version instanceof Json.Text(var text))) {
                throw new JsonException("\"cniVersions\" is not a list of strings");
            }
            named.add(text);
        }
        if (named.isEmpty() || json.has("cniVersion")) {
            named.add(json.text("cniVersion"));
        }
        var known = EnumSet.noneOf(SpecVersion.class);
        named.forEach(version -> SpecVersion.of(version).ifPresent(known::add));
        if (known.isEmpty()) {
            throw new JsonException("needs CNI version " + Quoted.plain(String.join(", ", named)) + "; versions up to "
                    + SpecVersion.NEWEST + " are known");
        }
        return List.copyOf(known).reversed();
    }

    /// The version that is spoken with the plugins.
    SpecVersion version() {
        return versions.getFirst();
    }

    NetworkList at(SpecVersion version) {
        return new NetworkList(name, List.of(version), plugins, json);
    }

    NetworkList adding(List<PluginConfiguration> more) throws JsonException {
        var all = new ArrayList<>(plugins);
        all.addAll(more);
        if (all.size() > MAX_PLUGINS) {
            throw new JsonException("has more than " + MAX_PLUGINS + " plugins");
        }
        return new NetworkList(name, versions, all, json);
    }

    boolean disablesCheck() {
        return isSet(DISABLE_CHECK);
    }

    boolean disablesGarbageCollection() {
        return isSet(DISABLE_GC);
    }

    private boolean isSet(String flag) {
        try {
            return json.flag(flag);
        } catch (JsonException e) {
            throw new IllegalStateException("was read without it", e);
        }
    }

    boolean takesPorts() {
        return plugins.stream().anyMatch(plugin -> plugin.capabilities().contains(PortMapping.CAPABILITY));
    }

    /// The configuration as it is carried out: with the name and the version that were decided and all plugins, so
    /// that a DEL needs neither the files nor the decision again.
    JsonObject effective() {
        return json.without("cniVersions"::equals)
                .with("cniVersion", version().toString())
                .with("name", name)
                .with(
                        "plugins",
                        new Json.Array(plugins.stream()
                                .<Json>map(PluginConfiguration::json)
                                .toList()));
    }
}
