package dev.carafe.network;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/// One plugin's part of a network configuration, kept whole: the plugin gets what it doesn't share with us too.
///
/// @param type the plugin's file name, without a path
/// @param capabilities the runtime arguments that it asks for
record PluginConfiguration(String type, Set<String> capabilities, JsonObject json) {
    /// A bare name, so that no configuration can run a program outside the plugin folders.
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}");

    PluginConfiguration {
        capabilities = Set.copyOf(capabilities);
    }

    static PluginConfiguration of(Json json) throws JsonException {
        if (!(json instanceof JsonObject object)) {
            throw new JsonException("a plugin's configuration is not an object");
        }
        var type = object.text("type");
        if (type.isEmpty()) {
            throw new JsonException(
                    object.has("plugins")
                            ? "a list of plugins belongs into a file that ends with .conflist"
                            : "a plugin's configuration has no \"type\"");
        }
        if (!TYPE.matcher(type).matches()) {
            throw new JsonException("\"type\" is not the name of a plugin: " + Quoted.of(type));
        }
        var asked = object.object("capabilities");
        var capabilities = new HashSet<String>();
        for (var capability : asked.members().keySet()) {
            if (asked.flag(capability)) {
                capabilities.add(capability);
            }
        }
        return new PluginConfiguration(type, capabilities, object);
    }

    /// What the plugin reads (section 3, "Deriving request configuration").
    ///
    /// @param previous empty when there is none
    /// @param arguments all that the runtime could give, by capability
    JsonObject request(NetworkList network, JsonObject previous, JsonObject arguments) {
        var request = json.without(name -> "capabilities".equals(name) || name.startsWith("cni.dev/"))
                .with("cniVersion", network.version().toString())
                .with("name", network.name());
        var wanted = arguments.without(name -> !capabilities.contains(name));
        if (!wanted.isEmpty()) {
            request = request.with("runtimeConfig", wanted);
        }
        return previous.isEmpty() ? request : request.with("prevResult", previous);
    }
}
