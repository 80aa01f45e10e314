package dev.carafe.network;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// One call of one plugin.
///
/// @param network empty when the call is about the plugin alone
/// @param parameters all of CNI's environment variables but CNI_PATH
/// @param request what it reads from its standard input
record PluginCall(String plugin, String network, Map<String, String> parameters, JsonObject request) {
    PluginCall {
        parameters = Map.copyOf(parameters);
    }

    String command() {
        return parameters.getOrDefault("CNI_COMMAND", "");
    }

    byte[] stdin() {
        return request.toJson().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "plugin " + plugin + (network.isEmpty() ? "" : " of network " + network) + ", " + command();
    }
}
