package dev.carafe.system;

import dev.carafe.api.nri.ConfigureRequest;
import dev.carafe.api.nri.ContainerAdjustment;
import dev.carafe.api.nri.CreateContainerResponse;
import dev.carafe.api.nri.Event;
import dev.carafe.api.nri.KeyValue;
import dev.carafe.nri.TestPlugin;

/// An NRI plugin that the daemon starts: each container gets its configuration as a variable.
final class LaunchedPlugin {
    private LaunchedPlugin() {}

    static void main() throws Exception {
        try (var plugin = TestPlugin.inherited()) {
            plugin.on(
                    "CreateContainer",
                    _ -> CreateContainerResponse.newBuilder()
                            .setAdjust(ContainerAdjustment.newBuilder()
                                    .addEnv(KeyValue.newBuilder()
                                            .setKey("LAUNCHED")
                                            .setValue(plugin.configurations().stream()
                                                    .map(ConfigureRequest::getConfig)
                                                    .findFirst()
                                                    .orElseThrow())))
                            .build());
            plugin.register("00", "is not asked for", Event.CREATE_CONTAINER);
            while (!plugin.calls().contains("closed")) {
                Thread.sleep(20);
            }
        }
    }
}
