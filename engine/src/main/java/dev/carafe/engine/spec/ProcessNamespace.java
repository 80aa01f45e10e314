package dev.carafe.engine.spec;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;

/// Whose process namespace a container is in.
public final class ProcessNamespace {
    private ProcessNamespace() {}

    /// Its own: then the kernel ends all its processes with the first.
    public static boolean isOwn(ContainerConfig container, PodSandboxConfig pod) {
        return NamespaceOptions.pid(container.getLinux().getSecurityContext(), pod) == NamespaceMode.CONTAINER;
    }
}
