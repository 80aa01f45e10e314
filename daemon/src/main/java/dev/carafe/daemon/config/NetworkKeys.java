package dev.carafe.daemon.config;

import java.time.Duration;
import java.util.List;

/// The table \[crio.network].
final class NetworkKeys {
    private static final Declarations KEYS = new Declarations("crio.network");

    static final Key<String> CNI_DEFAULT_NETWORK = KEYS.text("cni_default_network", "", Form.ANY)
            .built("The network that pods join; empty means that of the first file in network_dir.");
    static final Key<String> NETWORK_DIR = KEYS.text("network_dir", "/etc/cni/net.d/", Form.PATH)
            .flag("cni-config-dir")
            .built("Folder of the CNI configurations. It is watched.");
    static final Key<List<String>> PLUGIN_DIRS = KEYS.list("plugin_dirs", Form.PATH, "/opt/cni/bin")
            .flag("cni-plugin-dir")
            .built("Folders of CNI plugins, searched in this order.");
    static final Key<String> PLUGIN_DIR = KEYS.text("plugin_dir", "", Form.PATH_OR_EMPTY)
            .noFlag()
            .deprecated("use plugin_dirs")
            .built("One more folder of CNI plugins, the last to be searched.");
    static final Key<Duration> CNI_STATUS_GRACE_PERIOD = KEYS.duration("cni_status_grace_period", Duration.ZERO)
            .environment("CNI_STATUS_GRACE_PERIOD")
            .built("How long the plugins' STATUS may fail before the network is reported as not ready.");
    static final Key<String> CNI_CONF_TEMPLATE = KEYS.text("cni_conf_template", "", Form.PATH_OR_EMPTY)
            .noFlag()
            .built("File with a template, as containerd has them, of the configuration that is written into network_dir"
                    + " from the node's pod CIDRs where it has no other; Carafe's own key.");

    static final Table TABLE = KEYS.table("The network of pods.");

    private NetworkKeys() {}
}
