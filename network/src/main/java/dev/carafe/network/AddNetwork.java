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

    AttachmentResult add(NetworkList network, Attachment attachment) throws IOException, InterruptedException {
        var reached = CniResult.NONE;
        try {
            cache.begin(network, attachment);
            for (var plugin : network.plugins()) {
                reached = add(network, plugin, attachment, reached.json());
            }
            cache.complete(network, attachment, reached.json());
            return new AttachmentResult(network.name(), reached.addresses());
        } catch (Throwable e) {
            undo(network, attachment, reached.json(), e);
            throw e;
        }
    }

    private CniResult add(NetworkList network, PluginConfiguration plugin, Attachment attachment, JsonObject previous)
            throws IOException, InterruptedException {
        var call = new PluginCall(
                plugin.type(),
                network.name(),
                AttachmentArguments.parameters(
                        "ADD", attachment, attachment.namespace().toString()),
                plugin.request(network, previous, AttachmentArguments.capabilities(attachment)));
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
    private void undo(NetworkList network, Attachment attachment, JsonObject reached, Throwable failure) {
        var interrupted = Thread.interrupted();
        try {
            delete.delete(network, attachment, reached);
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
