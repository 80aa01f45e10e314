package dev.carafe.engine.pod;

import dev.carafe.cri.v1.LinuxPodSandboxStatus;
import dev.carafe.cri.v1.Namespace;
import dev.carafe.cri.v1.PodIP;
import dev.carafe.cri.v1.PodSandbox;
import dev.carafe.cri.v1.PodSandboxNetworkStatus;
import dev.carafe.cri.v1.PodSandboxState;
import dev.carafe.cri.v1.PodSandboxStatus;
import dev.carafe.engine.CriTime;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;

/// Pods as the CRI shows them.
public final class PodViews {
    private PodViews() {}

    static PodSandbox item(PodRecord pod) {
        return PodSandbox.newBuilder()
                .setId(pod.id().value())
                .setMetadata(pod.config().getMetadata())
                .setState(state(pod))
                .setCreatedAt(CriTime.nanos(pod.createdAt()))
                .putAllLabels(pod.config().getLabelsMap())
                .putAllAnnotations(pod.config().getAnnotationsMap())
                .setRuntimeHandler(pod.handler())
                .build();
    }

    public static PodSandboxStatus status(PodRecord pod) {
        return PodSandboxStatus.newBuilder()
                .setId(pod.id().value())
                .setMetadata(pod.config().getMetadata())
                .setState(state(pod))
                .setCreatedAt(CriTime.nanos(pod.createdAt()))
                .setNetwork(network(pod.state()))
                .setLinux(LinuxPodSandboxStatus.newBuilder()
                        .setNamespaces(Namespace.newBuilder()
                                .setOptions(pod.config()
                                        .getLinux()
                                        .getSecurityContext()
                                        .getNamespaceOptions())))
                .putAllLabels(pod.config().getLabelsMap())
                .putAllAnnotations(pod.config().getAnnotationsMap())
                .setRuntimeHandler(pod.handler())
                .build();
    }

    static PodSandboxState state(PodRecord pod) {
        return pod.isReady() ? PodSandboxState.SANDBOX_READY : PodSandboxState.SANDBOX_NOTREADY;
    }

    private static PodSandboxNetworkStatus network(PodState state) {
        var network = PodSandboxNetworkStatus.newBuilder();
        if (state instanceof PodState.Ready(var addresses) && !addresses.isEmpty()) {
            network.setIp(addresses.getFirst());
            addresses.stream()
                    .skip(1)
                    .forEach(a -> network.addAdditionalIps(PodIP.newBuilder().setIp(a)));
        }
        return network.build();
    }
}
