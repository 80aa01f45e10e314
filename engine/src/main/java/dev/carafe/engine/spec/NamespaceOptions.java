package dev.carafe.engine.spec;

import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.cri.v1.LinuxSandboxSecurityContext;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.NamespaceOption;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.engine.Invalid;

/// The namespace modes of a pod and of a container in it.
///
/// POD is the default of the CRI also for processes: a pod that says nothing shares its process namespace. A
/// container that says nothing does as its pod; so does one of mode POD in a pod that uses the host's.
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

    static NamespaceMode pid(LinuxContainerSecurityContext container, PodSandboxConfig pod) {
        var ofPod = of(pod).getPid();
        var own = container.hasNamespaceOptions()
                ? container.getNamespaceOptions().getPid()
                : ofPod;
        return own == NamespaceMode.POD && ofPod == NamespaceMode.NODE ? NamespaceMode.NODE : own;
    }

    static void check(LinuxSandboxSecurityContext pod) {
        var options = pod.getNamespaceOptions();
        check(options);
        if (options.getPid() == NamespaceMode.TARGET) {
            throw new Invalid(FIELD + ".pid: TARGET is a mode of containers, not of pods");
        }
        UserIds.checkPod(options);
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
        if (options.getPid() == NamespaceMode.POD && of(pod).getPid() == NamespaceMode.CONTAINER) {
            throw new Invalid(FIELD + ".pid: POD in a pod that has no process namespace to share");
        }
        UserIds.checkContainer(options, pod);
    }

    private static void check(NamespaceOption options) {
        podOrNode("network", options.getNetwork());
        podOrNode("ipc", options.getIpc());
        var hasTarget = !options.getTargetId().isEmpty();
        switch (options.getPid()) {
            case POD, CONTAINER, NODE -> {
                if (hasTarget) {
                    throw new Invalid(FIELD + ".target_id: only with pid TARGET");
                }
            }
            case TARGET -> {
                if (!hasTarget) {
                    throw new Invalid(FIELD + ".target_id: pid TARGET needs the id of a container");
                }
            }
            case UNRECOGNIZED -> throw unknown("pid");
        }
        UserIds.check(options);
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
