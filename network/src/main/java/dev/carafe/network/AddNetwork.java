package dev.carafe.network;

import java.io.IOException;

/// ADD of a network: all of its plugins, each with the result of the one before (CNI specification, section 3,
/// "Adding an attachment"), and the cached result; or nothing.
final class AddNetwork {
    private final Plugins plugins;
    private final DeleteNetwork delete;
    private final ResultCache cache;

    AddNetwork(Plugins plugins, DeleteNetwork delete, ResultCache cache) {
        this.plugins = plugins;
        this.delete = delete;
        this.cache = cache;
    }

    /// @param arguments what the plugins can ask for, by capability
    CniResult add(NetworkList network, Attachment attachment, JsonObject arguments)
            throws IOException, InterruptedException {
        var reached = CniResult.NONE;
        try {
            cache.put(attachment, new CachedAttachment(network, arguments, JsonObject.EMPTY));
            for (var plugin : network.plugins()) {
                var request = plugin.request(network, reached.json(), arguments);
                reached = add(network, plugin, attachment, request);
            }
            cache.put(attachment, new CachedAttachment(network, arguments, reached.json()));
            return reached;
        } catch (Throwable e) {
            undo(attachment, new CachedAttachment(network, arguments, reached.json()), e);
            throw e;
        }
    }

    private CniResult add(NetworkList network, PluginConfiguration plugin, Attachment attachment, JsonObject request)
            throws IOException, InterruptedException {
        var call = new PluginCall(
                plugin.type(),
                network.name(),
                AttachmentArguments.parameters(
                        "ADD", attachment, attachment.namespace().toString()),
                request);
        var stdout = plugins.call(call);
        try {
            return CniResult.parse(stdout, network.version());
        } catch (JsonException e) {
            throw new PluginException(
                    call, 0, "gave no valid result: " + e.getMessage() + PluginException.said("stdout", stdout));
        }
    }

    /// The whole chain: the plugin that failed may have left something, and one that never ran has nothing to delete.
    /// What a plugin refuses to delete stays known by the cache.
    void undo(Attachment attachment, CachedAttachment reached, Throwable failure) {
        var interrupted = Thread.interrupted();
        try {
            delete.delete(attachment, reached);
            cache.remove(attachment);
        } catch (InterruptedException e) {
            interrupted = true;
            failure.addSuppressed(e);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
