package dev.carafe.system;

import dev.carafe.cri.v1.ContainerConfig;
import dev.carafe.cri.v1.ContainerMetadata;
import dev.carafe.cri.v1.ContainerState;
import dev.carafe.cri.v1.ContainerStatus;
import dev.carafe.cri.v1.ContainerStatusRequest;
import dev.carafe.cri.v1.CreateContainerRequest;
import dev.carafe.cri.v1.ExecSyncRequest;
import dev.carafe.cri.v1.ExecSyncResponse;
import dev.carafe.cri.v1.ImageSpec;
import dev.carafe.cri.v1.LinuxContainerConfig;
import dev.carafe.cri.v1.LinuxPodSandboxConfig;
import dev.carafe.cri.v1.LinuxSandboxSecurityContext;
import dev.carafe.cri.v1.Mount;
import dev.carafe.cri.v1.NamespaceMode;
import dev.carafe.cri.v1.NamespaceOption;
import dev.carafe.cri.v1.PodSandboxConfig;
import dev.carafe.cri.v1.PodSandboxMetadata;
import dev.carafe.cri.v1.PodSandboxStatus;
import dev.carafe.cri.v1.PodSandboxStatusRequest;
import dev.carafe.cri.v1.PullImageRequest;
import dev.carafe.cri.v1.RemovePodSandboxRequest;
import dev.carafe.cri.v1.RunPodSandboxRequest;
import dev.carafe.cri.v1.StartContainerRequest;
import dev.carafe.cri.v1.StopContainerRequest;
import dev.carafe.cri.v1.StopPodSandboxRequest;
import java.util.List;

/// What the kubelet asks, in a test's few words.
public record Cri(TestHost host, TestDaemon daemon) {
    public PodSandboxConfig pod(String name) {
        return pod(host, name);
    }

    public static PodSandboxConfig pod(TestHost host, String name) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(name)
                        .setNamespace("tests")
                        .setUid(name + "-uid"))
                .setHostname(name)
                .setLogDirectory(host.logs().resolve(name).toString())
                .putLabels("app", name)
                .putAnnotations("note", "of " + name)
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(host.cgroupParent())
                        .setSecurityContext(LinuxSandboxSecurityContext.newBuilder()
                                .setNamespaceOptions(
                                        NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER))))
                .build();
    }

    /// With one process namespace for its containers.
    public static PodSandboxConfig sharingProcesses(PodSandboxConfig pod) {
        var sharing = pod.toBuilder();
        sharing.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setPid(NamespaceMode.POD);
        return sharing.build();
    }

    /// In the process namespace of another container of its pod.
    public static ContainerConfig joining(ContainerConfig container, String target) {
        var joining = container.toBuilder();
        joining.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setPid(NamespaceMode.TARGET)
                .setTargetId(target);
        return joining.build();
    }

    /// As the kubelet asks for image volumes.
    public static Mount imageMount(String image, String path) {
        return Mount.newBuilder()
                .setContainerPath(path)
                .setImage(ImageSpec.newBuilder().setImage(image))
                .setReadonly(true)
                .build();
    }

    public static ContainerConfig container(String name, String image, String... command) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                .setImage(ImageSpec.newBuilder().setImage(image))
                .addAllCommand(List.of(command))
                .setLogPath(name + ".log")
                .putLabels("container", name)
                .setLinux(LinuxContainerConfig.getDefaultInstance())
                .build();
    }

    public String pull(String image) {
        return daemon.images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .build())
                .getImageRef();
    }

    public String run(PodSandboxConfig pod) {
        return daemon.runtime()
                .runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(pod).build())
                .getPodSandboxId();
    }

    public String create(String podId, PodSandboxConfig pod, ContainerConfig container) {
        return daemon.runtime()
                .createContainer(CreateContainerRequest.newBuilder()
                        .setPodSandboxId(podId)
                        .setConfig(container)
                        .setSandboxConfig(pod)
                        .build())
                .getContainerId();
    }

    public void start(String containerId) {
        daemon.runtime()
                .startContainer(StartContainerRequest.newBuilder()
                        .setContainerId(containerId)
                        .build());
    }

    public String createAndStart(String podId, PodSandboxConfig pod, ContainerConfig container) {
        var id = create(podId, pod, container);
        start(id);
        return id;
    }

    public ContainerStatus status(String containerId) {
        return daemon.runtime()
                .containerStatus(ContainerStatusRequest.newBuilder()
                        .setContainerId(containerId)
                        .build())
                .getStatus();
    }

    public ContainerStatus awaitExit(String containerId) throws InterruptedException {
        Await.until(
                "the end of container " + containerId,
                () -> status(containerId).getState() == ContainerState.CONTAINER_EXITED);
        return status(containerId);
    }

    public PodSandboxStatus podStatus(String podId) {
        return daemon.runtime()
                .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(podId)
                        .build())
                .getStatus();
    }

    public ExecSyncResponse exec(String containerId, String... command) {
        return exec(containerId, 0, command);
    }

    public ExecSyncResponse exec(String containerId, long timeoutSeconds, String... command) {
        return daemon.runtime()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(containerId)
                        .addAllCmd(List.of(command))
                        .setTimeout(timeoutSeconds)
                        .build());
    }

    public void stop(String containerId, long graceSeconds) {
        daemon.runtime()
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(containerId)
                        .setTimeout(graceSeconds)
                        .build());
    }

    public void stopPod(String podId) {
        daemon.runtime()
                .stopPodSandbox(StopPodSandboxRequest.newBuilder()
                        .setPodSandboxId(podId)
                        .build());
    }

    public void removePod(String podId) {
        stopPod(podId);
        daemon.runtime()
                .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                        .setPodSandboxId(podId)
                        .build());
    }
}
