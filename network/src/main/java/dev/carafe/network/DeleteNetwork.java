package dev.carafe.network;

import dev.carafe.linux.Namespaces;
import java.io.IOException;
import java.util.ArrayList;

/// DEL of a network: the plugins in reverse order, whatever became of the pod's namespace (CNI specification, section
/// 3, "Deleting an attachment"). May be repeated.
final class DeleteNetwork {
    private final Plugins plugins;

    DeleteNetwork(Plugins plugins) {
        this.plugins = plugins;
    }

    /// Goes on where a plugin fails, unlike libcni, so that one that is broken or gone holds only what is its own and
    /// not the pod's address too: DEL may come any number of times in any state. Throws the first failure, with the
    /// others suppressed.
    ///
    /// @param attached what the ADD was given, and its result as far as it came
    void delete(Attachment attachment, CachedAttachment attached) throws IOException, InterruptedException {
        var network = attached.network();
        // 0.4.0 brought the result to DEL.
        var given = network.version().isAtLeast(SpecVersion.V0_4_0) ? attached.result() : JsonObject.EMPTY;
        var parameters = AttachmentArguments.parameters("DEL", attachment, namespace(attachment));
        var failures = new ArrayList<IOException>();
        for (var plugin : network.plugins().reversed()) {
            var request = plugin.request(network, given, attached.arguments());
            try {
                plugins.call(new PluginCall(plugin.type(), network.name(), parameters, request));
            } catch (IOException e) {
                if (!(e instanceof PluginException refusal) || refusal.code() != PluginException.UNKNOWN_CONTAINER) {
                    failures.add(e);
                }
            }
        }
        if (!failures.isEmpty()) {
            var first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    /// Plugins take an empty one for gone, and fail on a file that is no namespace any more.
    private static String namespace(Attachment attachment) throws IOException {
        var pin = attachment.namespace();
        return Namespaces.isPinned(pin) ? pin.toString() : "";
    }
}
