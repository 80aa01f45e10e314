package dev.carafe.daemon.config;

import java.time.Duration;
import java.util.List;

/// The table \[crio.image].
final class ImageKeys {
    private static final Declarations KEYS = new Declarations("crio.image");

    static final Key<String> DEFAULT_TRANSPORT = KEYS.text("default_transport", "docker://", Form.ANY)
            .noEffect("images come from registries only", "What CRI-O puts before names that it can't read.");
    static final Key<String> GLOBAL_AUTH_FILE = KEYS.text("global_auth_file", "", Form.PATH_OR_EMPTY)
            .built(
                    "File of credentials for registries (containers-auth.json(5)), for pulls that bring none. Empty means"
                            + " /run/containers/0/auth.json and those of podman and docker in $HOME.");
    static final Key<String> NAMESPACED_AUTH_DIR = KEYS.text("namespaced_auth_dir", "/etc/crio/auth", Form.PATH)
            .built(
                    "Folder where a credential provider leaves a file for a namespace's pull, in place of global_auth_file.");
    static final Key<String> PAUSE_IMAGE = KEYS.text("pause_image", "registry.k8s.io/pause:3.10.1", Form.IMAGE)
            .reloadable()
            .built("The image of the process that a pod has for itself when its containers share a process namespace."
                    + " It is pulled when it is needed, and the kubelet's garbage collection is told to spare it.");
    static final Key<String> PAUSE_IMAGE_AUTH_FILE = KEYS.text("pause_image_auth_file", "", Form.PATH_OR_EMPTY)
            .reloadable()
            .built("File of credentials for pause_image; empty means those of other images.");
    static final Key<String> PAUSE_COMMAND = KEYS.text("pause_command", "/pause", Form.ANY)
            .reloadable()
            .built("What the pod's own process runs, words separated by spaces; empty means what pause_image says.");
    static final Key<List<String>> PINNED_IMAGES = KEYS.list("pinned_images", Form.ANY)
            .reloadable()
            .built("Images that the kubelet's garbage collection is told to spare: names, beginnings before a *, or"
                    + " *words*.");
    static final Key<String> SIGNATURE_POLICY = KEYS.text("signature_policy", "", Form.PATH_OR_EMPTY)
            .built("File of the policy for signatures (containers-policy.json(5)); empty means the system's. Without"
                    + " one no image is pulled.");
    static final Key<String> SIGNATURE_POLICY_DIR = KEYS.text("signature_policy_dir", "/etc/crio/policies", Form.PATH)
            .built("Folder of policies for namespaces, NAMESPACE.json each; one replaces the system's for its pods.");
    static final Key<String> IMAGE_VOLUMES = KEYS.text("image_volumes", "mkdir", OneOf.of("mkdir", "bind", "ignore"))
            .built(
                    "What becomes of the volumes that an image declares: a folder in the container's root (\"mkdir\"), an"
                            + " empty one outside of it that goes with the container (\"bind\"), or nothing.");
    static final Key<List<String>> INSECURE_REGISTRIES = KEYS.list("insecure_registries", Form.ANY)
            .flag("insecure-registry")
            .deprecated("registries.conf says it")
            .noEffect("as in CRI-O", "Registries without TLS.");
    static final Key<String> BIG_FILES_TEMPORARY_DIR = KEYS.text("big_files_temporary_dir", "", Form.PATH_OR_EMPTY)
            .noEffect("layers are unpacked as they come", "Folder where CRI-O puts layers while it pulls.");
    static final Key<Boolean> AUTO_RELOAD_REGISTRIES = KEYS.bool("auto_reload_registries", false)
            .environment("AUTO_RELOAD_REGISTRIES")
            .built("Look at the files of registries.conf with each pull, and read them again when they have changed.");
    static final Key<Duration> PULL_PROGRESS_TIMEOUT = KEYS.duration("pull_progress_timeout", Duration.ZERO)
            .built("A pull that waits for the registry's next bytes for so long is ended; 0s means after a minute.");
    static final Key<Boolean> OCI_ARTIFACT_MOUNT_SUPPORT = KEYS.bool("oci_artifact_mount_support", true)
            .environment("CONTAINER_OCI_ARTIFACT_SUPPORT")
            .notYet("Mount OCI artifacts as volumes.");
    static final Key<String> SHORT_NAME_MODE = KEYS.textOrDefault(
                    "short_name_mode", "enforcing", OneOf.of("enforcing", "disabled"))
            .built("Whether a short name that several registries could mean is refused. When it is not set, the"
                    + " short-name-mode of registries.conf counts.");

    static final Table TABLE = KEYS.table("Images.");

    private ImageKeys() {}
}
