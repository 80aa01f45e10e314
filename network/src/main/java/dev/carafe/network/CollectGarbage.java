package dev.carafe.network;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// GC of a network: tells its plugins which attachments there are, so that they free what belongs to none (CNI
/// specification, section 3, "Garbage-collecting a network"). No attachment may be made or taken back meanwhile.
final class CollectGarbage {
    private static final System.Logger LOG = System.getLogger(CollectGarbage.class.getName());

    /// Pods wait meanwhile.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Plugins plugins;

    CollectGarbage(Plugins plugins) {
        this.plugins = plugins;
    }

    /// Nothing where the configuration forbids it (`disableGC`) or its version has no GC. A plugin that fails
    /// keeps no other from it, and is named in the log.
    void collect(NetworkList network, List<Attachment> valid) throws InterruptedException {
        if (!network.version().isAtLeast(SpecVersion.V1_1_0) || network.disablesGarbageCollection()) {
            return;
        }
        var attachments =
                new Json.Array(valid.stream().<Json>map(CollectGarbage::toJson).toList());
        for (var plugin : network.plugins()) {
            var request = plugin.request(network, JsonObject.EMPTY, JsonObject.EMPTY)
                    .with("cni.dev/valid-attachments", attachments);
            var call = new PluginCall(plugin.type(), network.name(), Map.of("CNI_COMMAND", "GC"), request);
            try {
                plugins.call(call, PATIENCE);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
            }
        }
    }

    private static JsonObject toJson(Attachment attachment) {
        return JsonObject.EMPTY
                .with("containerID", attachment.containerId())
                .with("ifname", AttachmentArguments.INTERFACE);
    }
}
