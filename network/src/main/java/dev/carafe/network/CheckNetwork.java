package dev.carafe.network;

import java.io.IOException;

/// CHECK of a network: every plugin, in order, with the result of the ADD (CNI specification, section 3,
/// "Checking an attachment"). Changes nothing.
final class CheckNetwork {
    private final Plugins plugins;

    CheckNetwork(Plugins plugins) {
        this.plugins = plugins;
    }

    /// Nothing where the configuration forbids it (`disableCheck`), where its version has no CHECK, or where
    /// there is no result to hold the pod against.
    ///
    /// @throws PluginException with the first difference
    void check(Attachment attachment, CachedAttachment attached) throws IOException, InterruptedException {
        var network = attached.network();
        if (!network.version().isAtLeast(SpecVersion.V0_4_0)
                || network.disablesCheck()
                || attached.result().isEmpty()) {
            return;
        }
        var parameters = AttachmentArguments.parameters(
                "CHECK", attachment, attachment.namespace().toString());
        for (var plugin : network.plugins()) {
            var request = plugin.request(network, attached.result(), attached.arguments());
            plugins.call(new PluginCall(plugin.type(), network.name(), parameters, request));
        }
    }
}
