package dev.carafe.engine.spec;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.oci.ImageConfig;
import java.nio.file.Path;

/// All that one container is built from. The root file system is mounted; nothing runs in it yet.
///
/// @param rootfs the mounted root file system on the host
/// @param ownFolder outside of it, on disk, for what goes with the container
/// @param seccompSocket where a filter that tells of what it forbids would have its descriptor sent
/// @param seccompProfile what a registry has for it ([SeccompArtifact]); empty: nothing was asked for
/// @param sharedCpus those among its processors that are not its own; empty: none
/// @param rules of the pod's runtime handler
/// @param labels none where SELinux is off
public record SpecRequest(
        String containerId,
        ContainerConfig container,
        PodSandboxConfig pod,
        PodRuntime podRuntime,
        ImageConfig image,
        Path rootfs,
        Path ownFolder,
        Path seccompSocket,
        String seccompProfile,
        String sharedCpus,
        HandlerRules rules,
        ContainerLabels labels) {

    LinuxContainerSecurityContext security() {
        return container.getLinux().getSecurityContext();
    }

    LinuxContainerResources resources() {
        return container.getLinux().getResources();
    }

    /// The pod's own process has the pod's id.
    boolean isOfPod() {
        return containerId.equals(podRuntime.sandboxId());
    }

    boolean isPrivileged() {
        return security().getPrivileged();
    }
}
