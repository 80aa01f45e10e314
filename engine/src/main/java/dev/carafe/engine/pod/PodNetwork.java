package dev.carafe.engine.pod;

import dev.carafe.cri.v1.Protocol;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unavailable;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.network.Attachment;
import dev.carafe.network.CniNetwork;
import dev.carafe.network.NetworkStatus;
import dev.carafe.network.PortMapping;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// A pod's attachment to the pod network.
public final class PodNetwork {
    private static final System.Logger LOG = System.getLogger(PodNetwork.class.getName());

    private final CniNetwork network;

    public PodNetwork(CniNetwork network) {
        this.network = network;
    }

    /// Before anything is made: a pod that needs the network can't start without one, nor with names that would
    /// change what the plugins are told.
    void require(PodRecord pod) {
        if (pod.usesHostNetwork()) {
            return;
        }
        try {
            var _ = attachment(pod);
        } catch (IllegalArgumentException e) {
            throw new Invalid("PodSandboxConfig: " + e.getMessage());
        }
        if (network.status() instanceof NetworkStatus.NotReady(var reason, var message)) {
            throw new Unavailable("the pod network is not ready (" + reason + "): " + message);
        }
    }

    /// Gives its addresses, the pod's IP first; none for a pod in the node's network.
    List<String> attach(PodRecord pod) throws IOException, InterruptedException {
        return pod.usesHostNetwork()
                ? List.of()
                : network.attach(attachment(pod)).addresses();
    }

    /// Detaches it now or, when a plugin fails, leaves that to be tried again later: a pod's end waits for no
    /// plugin.
    public void detach(PodRecord pod) throws IOException, InterruptedException {
        if (pod.usesHostNetwork()) {
            return;
        }
        try {
            network.detach(attachment(pod));
        } catch (IOException e) {
            network.postpone(attachment(pod));
            LOG.log(
                    System.Logger.Level.WARNING,
                    "pod {0} could not be detached from its network, to be tried again: {1}",
                    pod.id(),
                    e.getMessage());
        }
    }

    private static Attachment attachment(PodRecord pod) {
        var metadata = pod.config().getMetadata();
        return new Attachment(
                pod.id().value(),
                Objects.requireNonNull(pod.place().namespaces().get(NamespaceKind.NETWORK)),
                metadata.getNamespace(),
                metadata.getName(),
                metadata.getUid(),
                ports(pod));
    }

    /// A host port of 0 means none (crio.md, section 9).
    private static List<PortMapping> ports(PodRecord pod) {
        return pod.config().getPortMappingsList().stream()
                .filter(p -> p.getHostPort() > 0)
                .map(p -> new PortMapping(
                        protocol(p.getProtocol()), p.getContainerPort(), p.getHostPort(), p.getHostIp()))
                .toList();
    }

    private static String protocol(Protocol protocol) {
        return protocol.name().toLowerCase(Locale.ROOT);
    }
}
