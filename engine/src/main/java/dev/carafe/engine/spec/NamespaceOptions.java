package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.cri.v1.LinuxSandboxSecurityContext;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.NamespaceOption;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unsupported;

/// The namespace modes of a pod and of a container in it.
///
/// POD is the zero of the enumeration, so a missing message and a wish for a shared process namespace look alike:
/// only a message that is there counts as a wish, and without one every container has its own process namespace.
final class NamespaceOptions {
    static final String FIELD = "linux.security_context.namespace_options";

    private NamespaceOptions() {}

    static NamespaceOption of(PodSandboxConfig pod) {
        return pod.getLinux().getSecurityContext().getNamespaceOptions();
    }

    static boolean hasHostNetwork(PodSandboxConfig pod) {
        return of(pod).getNetwork() == NamespaceMode.NODE;
    }

    static boolean hasHostIpc(PodSandboxConfig pod) {
        return of(pod).getIpc() == NamespaceMode.NODE;
    }

    /// POD, CONTAINER or NODE: the container's own, or else the pod's.
    static NamespaceMode pid(LinuxContainerSecurityContext container, PodSandboxConfig pod) {
        if (container.hasNamespaceOptions()) {
            return container.getNamespaceOptions().getPid();
        }
        var security = pod.getLinux().getSecurityContext();
        return security.hasNamespaceOptions() ? security.getNamespaceOptions().getPid() : NamespaceMode.CONTAINER;
    }

    static void check(LinuxSandboxSecurityContext pod) {
        if (pod.hasNamespaceOptions()) {
            check(pod.getNamespaceOptions());
        }
    }

    /// A container is never nearer to the host than its pod.
    static void check(LinuxContainerSecurityContext container, PodSandboxConfig pod) {
        if (!container.hasNamespaceOptions()) {
            return;
        }
        var options = container.getNamespaceOptions();
        check(options);
        if (options.getNetwork() == NamespaceMode.NODE && !hasHostNetwork(pod)) {
            throw new Invalid(FIELD + ".network: NODE in a pod that has a network of its own");
        }
        if (options.getIpc() == NamespaceMode.NODE && !hasHostIpc(pod)) {
            throw new Invalid(FIELD + ".ipc: NODE in a pod that has an IPC namespace of its own");
        }
    }

    private static void check(NamespaceOption options) {
        podOrNode("network", options.getNetwork());
        podOrNode("ipc", options.getIpc());
        switch (options.getPid()) {
            case CONTAINER, NODE -> {}
            case POD -> throw new Unsupported(FIELD + ".pid: POD (shareProcessNamespace) is not supported yet");
            case TARGET -> throw new Unsupported(FIELD + ".pid: TARGET is not supported yet");
            case UNRECOGNIZED -> throw unknown("pid");
        }
        if (!options.getTargetId().isEmpty()) {
            throw new Invalid(FIELD + ".target_id: only with pid TARGET");
        }
        if (options.hasUsernsOptions() && options.getUsernsOptions().getMode() != NamespaceMode.NODE) {
            throw new Unsupported(FIELD + ".userns_options: user namespaces are not supported yet");
        }
    }

    private static void podOrNode(String field, NamespaceMode mode) {
        switch (mode) {
            case POD, NODE -> {}
            case CONTAINER, TARGET -> throw new Invalid(FIELD + "." + field + ": POD or NODE, not " + mode);
            case UNRECOGNIZED -> throw unknown(field);
        }
    }

    private static Invalid unknown(String field) {
        return new Invalid(FIELD + "." + field + ": a mode that the CRI does not have");
    }
}
