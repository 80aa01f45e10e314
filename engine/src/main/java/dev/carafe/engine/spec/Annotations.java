package dev.carafe.engine.spec;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerMetadata;
import dev.carafe.cri.v1.Mount;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The annotations of the runtime spec, by which hooks and tools know a container: the pod's, those of its
/// handler for pods without, the container's and its labels, less those that runtimes act on and the handler does not
/// allow, and over them CRI-O's own.
public final class Annotations {
    private static final String CRIO = "io.kubernetes.cri-o.";
    /// A runtime would do as these say: give unit properties, another init, another kernel (CVE-2024-3154).
    private static final List<String> GATED_PREFIXES =
            List.of(CRIO, "org.systemd.property.", "org.criu.config", "module.wasm.image/", "run.oci.");
    /// These, and what follows a slash after them.
    private static final Set<String> GATED = Set.of(
            "bundle",
            "io.container.manager",
            "io.containers.trace-syscall",
            "io.kubernetes.cri.container-type",
            "io.kubernetes.cri.rdt-class",
            "org.opencontainers.image.stopSignal",
            "seccomp-profile.kubernetes.cri-o.io");
    private static final String GATED_DOMAIN = ".crio.io";
    private static final JsonType<Object> JSON = Jsonb.instance().type(Object.class);

    private Annotations() {}

    static Map<String, String> of(SpecRequest request, Instant created, String stopSignal) {
        var annotations = new TreeMap<String, String>();
        var rules = request.rules();
        addAllowed(annotations, request.pod().getAnnotationsMap(), rules);
        rules.defaultAnnotations().forEach(annotations::putIfAbsent);
        addAllowed(annotations, request.container().getAnnotationsMap(), rules);
        addAllowed(annotations, request.container().getLabelsMap(), HandlerRules.NONE);
        ofContainer(annotations, request, created);
        ofPod(annotations, request);
        annotations.put("io.container.manager", "cri-o");
        annotations.put("org.opencontainers.image.stopSignal", stopSignal);
        return annotations;
    }

    private static void addAllowed(Map<String, String> annotations, Map<String, String> asked, HandlerRules rules) {
        asked.forEach((key, value) -> {
            // The runtime spec (config.md, Annotations) has no empty keys.
            if (!key.isEmpty() && mayBeSet(key, rules)) {
                annotations.put(key, value);
            }
        });
    }

    /// Whether a container of a handler may have one of that name.
    public static boolean mayBeSet(String key, HandlerRules rules) {
        return !isGated(key) || rules.allows(key);
    }

    static boolean isGated(String key) {
        var slash = key.indexOf('/');
        var domain = slash < 0 ? key : key.substring(0, slash);
        return GATED.contains(domain)
                || domain.endsWith(GATED_DOMAIN)
                || GATED_PREFIXES.stream().anyMatch(key::startsWith);
    }

    private static void ofContainer(Map<String, String> annotations, SpecRequest request, Instant created) {
        var container = request.container();
        var metadata = container.getMetadata();
        annotations.put(CRIO + "Annotations", json(container.getAnnotationsMap()));
        annotations.put(CRIO + "ContainerID", request.containerId());
        annotations.put(CRIO + "ContainerName", name(container, request));
        annotations.put(CRIO + "ContainerType", request.isOfPod() ? "sandbox" : "container");
        annotations.put(CRIO + "Created", created.toString());
        annotations.put(CRIO + "Image", container.getImage().getImage());
        annotations.put(CRIO + "ImageName", imageName(container));
        annotations.put(CRIO + "ImageRef", container.getImage().getImage());
        annotations.put(CRIO + "Labels", json(container.getLabelsMap()));
        annotations.put(CRIO + "LogPath", logPath(request));
        annotations.put(
                CRIO + "Metadata",
                json(new TreeMap<>(Map.of("attempt", attempt(metadata), "name", metadata.getName()))));
        annotations.put(CRIO + "MountPoint", request.rootfs().toString());
        annotations.put(CRIO + "Name", name(container, request));
        annotations.put(CRIO + "Stdin", Boolean.toString(container.getStdin()));
        annotations.put(CRIO + "StdinOnce", Boolean.toString(container.getStdinOnce()));
        annotations.put(CRIO + "TTY", Boolean.toString(container.getTty()));
        annotations.put(
                CRIO + "Volumes",
                json(container.getMountsList().stream().map(Annotations::volume).toList()));
    }

    private static void ofPod(Map<String, String> annotations, SpecRequest request) {
        var pod = request.pod();
        var runtime = request.podRuntime();
        annotations.put(CRIO + "CgroupParent", runtime.cgroupParent());
        annotations.put(CRIO + "HostName", pod.getHostname());
        annotations.put(CRIO + "HostNetwork", Boolean.toString(NamespaceOptions.hasHostNetwork(pod)));
        annotations.put(CRIO + "HostnamePath", runtime.hostname().toString());
        annotations.put(CRIO + "KubeName", pod.getMetadata().getName());
        annotations.put(CRIO + "Namespace", pod.getMetadata().getNamespace());
        annotations.put(CRIO + "PrivilegedRuntime", Boolean.toString(request.isPrivileged()));
        annotations.put(CRIO + "ResolvPath", runtime.resolvConf().toString());
        annotations.put(CRIO + "SandboxID", runtime.sandboxId());
        annotations.put(CRIO + "SandboxName", sandboxName(request));
        annotations.put(CRIO + "ShmPath", runtime.shm().toString());
    }

    /// `k8s_container_pod_namespace_uid_attempt`, by which tools know containers of Kubernetes.
    private static String name(ContainerConfig container, SpecRequest request) {
        var pod = request.pod().getMetadata();
        return String.join(
                "_",
                "k8s",
                container.getMetadata().getName(),
                pod.getName(),
                pod.getNamespace(),
                pod.getUid(),
                Long.toString(attempt(container.getMetadata())));
    }

    private static long attempt(ContainerMetadata metadata) {
        return Integer.toUnsignedLong(metadata.getAttempt());
    }

    private static String sandboxName(SpecRequest request) {
        var pod = request.pod().getMetadata();
        return String.join(
                "_",
                "k8s",
                pod.getName(),
                pod.getNamespace(),
                pod.getUid(),
                Integer.toUnsignedString(pod.getAttempt()));
    }

    private static String imageName(ContainerConfig container) {
        var specified = container.getImage().getUserSpecifiedImage();
        return specified.isEmpty() ? container.getImage().getImage() : specified;
    }

    private static String logPath(SpecRequest request) {
        var path = request.container().getLogPath();
        return path.isEmpty() ? "" : request.pod().getLogDirectory() + "/" + path;
    }

    private static Map<String, Object> volume(Mount mount) {
        var volume = new LinkedHashMap<String, Object>();
        volume.put("container_path", mount.getContainerPath());
        volume.put("host_path", mount.getHostPath());
        volume.put("readonly", mount.getReadonly());
        volume.put("propagation", mount.getPropagationValue());
        return volume;
    }

    private static String json(Object value) {
        return JSON.toJson(value);
    }
}
