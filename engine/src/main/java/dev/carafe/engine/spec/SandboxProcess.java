package dev.carafe.engine.spec;

import dev.carafe.cri.v1.Capability;
import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerMetadata;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.LinuxContainerConfig;
import dev.carafe.cri.v1.LinuxContainerResources;
import dev.carafe.cri.v1.LinuxContainerSecurityContext;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.SecurityProfile;
import java.util.List;

/// The configuration of a pod's own process, as of a container: it does nothing but reap, and so may nothing. The
/// containers that share its namespace see it, so it is confined as tightly as any.
public final class SandboxProcess {
    /// By which tools know such processes.
    private static final String NAME = "POD";
    /// The fewest that there are.
    private static final long CPU_SHARES = 2;
    /// All of the pod would go with it.
    private static final long OOM_SCORE_ADJ = -998;

    private SandboxProcess() {}

    /// @param command empty: as the image has it
    /// @param cpus on which it may run, as cpuset(7) lists them; empty: on all
    public static ContainerConfig config(PodSandboxConfig pod, String image, List<String> command, String cpus) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(NAME))
                .setImage(ImageSpec.newBuilder().setImage(image))
                .addAllCommand(command)
                .putAllLabels(pod.getLabelsMap())
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setSecurityContext(security(pod))
                        .setResources(LinuxContainerResources.newBuilder()
                                .setCpuShares(CPU_SHARES)
                                .setOomScoreAdj(OOM_SCORE_ADJ)
                                .setCpusetCpus(cpus)))
                .build();
    }

    private static LinuxContainerSecurityContext security(PodSandboxConfig pod) {
        var ofPod = pod.getLinux().getSecurityContext();
        var ownPid =
                NamespaceOptions.of(pod).getPid() == NamespaceMode.NODE ? NamespaceMode.NODE : NamespaceMode.CONTAINER;
        var security = LinuxContainerSecurityContext.newBuilder()
                .setNamespaceOptions(NamespaceOptions.of(pod).toBuilder().setPid(ownPid))
                .setCapabilities(Capability.newBuilder().addDropCapabilities("ALL"))
                .setNoNewPrivs(true)
                .setReadonlyRootfs(true)
                .addAllMaskedPaths(HiddenPaths.USUAL.masked())
                .addAllReadonlyPaths(HiddenPaths.USUAL.readOnly())
                .setSeccomp(ofPod.hasSeccomp() ? ofPod.getSeccomp() : SecurityProfile.getDefaultInstance());
        if (ofPod.hasApparmor()) {
            security.setApparmor(ofPod.getApparmor());
        }
        if (ofPod.hasRunAsUser()) {
            security.setRunAsUser(ofPod.getRunAsUser());
        }
        if (ofPod.hasRunAsGroup()) {
            security.setRunAsGroup(ofPod.getRunAsGroup());
        }
        return security.build();
    }
}
