package dev.carafe.daemon.config;

import java.time.Duration;
import java.util.List;

/// The tables \[crio.nri] and \[crio.nri.default_validator].
final class NriKeys {
    private static final Declarations KEYS = new Declarations("crio.nri");
    private static final Declarations VALIDATOR_KEYS = new Declarations("crio.nri.default_validator");

    static final Key<Boolean> ENABLE_NRI =
            KEYS.bool("enable_nri", true).environment().built("Let NRI plugins take part in the life of containers.");
    static final Key<String> NRI_LISTEN = KEYS.text("nri_listen", "/var/run/nri/nri.sock", Form.PATH)
            .environment()
            .built("The unix socket for NRI plugins.");
    static final Key<String> NRI_PLUGIN_DIR = KEYS.text("nri_plugin_dir", "/opt/nri/plugins", Form.PATH)
            .environment()
            .built("Folder of NRI plugins that are started with the daemon.");
    static final Key<String> NRI_PLUGIN_CONFIG_DIR = KEYS.text("nri_plugin_config_dir", "/etc/nri/conf.d", Form.PATH)
            .environment()
            .built("Folder of the configurations of NRI plugins.");
    static final Key<Boolean> NRI_DISABLE_CONNECTIONS = KEYS.bool("nri_disable_connections", false)
            .environment()
            .built("Refuse NRI plugins that the daemon has not started.");
    static final Key<Duration> NRI_PLUGIN_REGISTRATION_TIMEOUT = KEYS.duration(
                    "nri_plugin_registration_timeout", Duration.ofSeconds(5))
            .environment()
            .built("How long an NRI plugin may take to register.");
    static final Key<Duration> NRI_PLUGIN_REQUEST_TIMEOUT = KEYS.duration(
                    "nri_plugin_request_timeout", Duration.ofSeconds(2))
            .environment()
            .built("How long an NRI plugin may take to answer.");

    static final Key<Boolean> NRI_ENABLE_DEFAULT_VALIDATOR = VALIDATOR_KEYS
            .bool("nri_enable_default_validator", false)
            .environment()
            .built("Check by rules what NRI plugins change.");
    static final Key<Boolean> NRI_VALIDATOR_REJECT_OCI_HOOK_ADJUSTMENT = VALIDATOR_KEYS
            .bool("nri_validator_reject_oci_hook_adjustment", false)
            .environment()
            .built("Refuse OCI hooks that NRI plugins add.");
    static final Key<Boolean> NRI_VALIDATOR_REJECT_RUNTIME_DEFAULT_SECCOMP_ADJUSTMENT = VALIDATOR_KEYS
            .bool("nri_validator_reject_runtime_default_seccomp_adjustment", false)
            .environment()
            .built("Refuse what NRI plugins change of the runtime's default seccomp profile.");
    static final Key<Boolean> NRI_VALIDATOR_REJECT_UNCONFINED_SECCOMP_ADJUSTMENT = VALIDATOR_KEYS
            .bool("nri_validator_reject_unconfined_seccomp_adjustment", false)
            .environment()
            .built("Refuse what NRI plugins change of the seccomp profile of an unconfined container.");
    static final Key<Boolean> NRI_VALIDATOR_REJECT_CUSTOM_SECCOMP_ADJUSTMENT = VALIDATOR_KEYS
            .bool("nri_validator_reject_custom_seccomp_adjustment", false)
            .environment()
            .built("Refuse what NRI plugins change of a container's own seccomp profile.");
    static final Key<Boolean> NRI_VALIDATOR_REJECT_NAMESPACE_ADJUSTMENT = VALIDATOR_KEYS
            .bool("nri_validator_reject_namespace_adjustment", false)
            .environment()
            .built("Refuse what NRI plugins change of namespaces.");
    static final Key<List<String>> NRI_VALIDATOR_REQUIRED_PLUGINS = VALIDATOR_KEYS
            .list("nri_validator_required_plugins", Form.ANY)
            .environment()
            .built("NRI plugins without which no container is created.");
    static final Key<String> NRI_VALIDATOR_TOLERATE_MISSING_PLUGINS_ANNOTATION = VALIDATOR_KEYS
            .text("nri_validator_tolerate_missing_plugins_annotation", "", Form.ANY)
            .environment()
            .built("The annotation of pods that may do without the required NRI plugins.");

    static final Table TABLE = KEYS.table("Node Resource Interface.");
    static final Table VALIDATOR = VALIDATOR_KEYS.table("The built-in check of what NRI plugins change.");

    private NriKeys() {}
}
