package dev.carafe.engine.pod;

import dev.carafe.engine.Invalid;
import dev.carafe.engine.Unavailable;
import dev.carafe.engine.container.ContainerSpecs;
import dev.carafe.engine.state.PodId;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.linux.NamespaceKind;
import dev.carafe.network.Attachment;
import dev.carafe.network.CniNetwork;
import dev.carafe.network.NetworkStatus;
import dev.carafe.network.RuntimeArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// A pod's attachment to the pod network.
public final class PodNetwork {
    private static final System.Logger LOG = System.getLogger(PodNetwork.class.getName());

    private final CniNetwork network;
    private final ContainerSpecs specs;

    public PodNetwork(CniNetwork network, ContainerSpecs specs) {
        this.network = network;
        this.specs = specs;
    }

    /// Once, before any pod comes or goes: those that are attached have their host ports.
    public void restore(List<PodRecord> pods) {
        network.restore(attached(pods));
    }

    /// Those whose attaching has begun and whose detaching has not ended.
    public static List<Attachment> attached(List<PodRecord> pods) {
        return pods.stream()
                .filter(pod -> !pod.usesHostNetwork() && !(pod.state() instanceof PodState.Stopped))
                .map(PodNetwork::attachment)
                .toList();
    }

    /// Whether the pod's network is still as the plugins made it, as far as they can tell.
    ///
    /// @throws IOException with what is missing
    public void check(PodRecord pod) throws IOException, InterruptedException {
        if (!pod.usesHostNetwork()) {
            network.check(attachment(pod));
        }
    }

    /// Before anything is made: a pod that needs the network can't start without one, nor with names that would
    /// change what the plugins are told.
    void require(PodRecord pod) {
        if (pod.usesHostNetwork()) {
            return;
        }
        try {
            var _ = full(pod);
        } catch (IllegalArgumentException e) {
            throw new Invalid("PodSandboxConfig: " + e.getMessage());
        }
        if (network.status() instanceof NetworkStatus.NotReady(var reason, var message)) {
            throw new Unavailable("the pod network is not ready (" + reason + "): " + message);
        }
    }

    /// Gives its addresses, the pod's IP first; none for a pod in the node's network.
    List<String> attach(PodRecord pod) throws IOException, InterruptedException {
        return pod.usesHostNetwork() ? List.of() : network.attach(full(pod)).addresses();
    }

    /// Detaches it now or, when a plugin fails, leaves that to be tried again later: a pod's end waits for no
    /// plugin.
    public void detach(PodRecord pod) throws IOException, InterruptedException {
        if (!pod.usesHostNetwork()) {
            detach(attachment(pod));
        }
    }

    /// The same for a pod that has no record; what plugins need is in their cached results.
    public void detachLost(PodId id, Path pin) throws IOException, InterruptedException {
        if (Files.exists(pin)) {
            detach(new Attachment(id.value(), pin, "", "", "", RuntimeArguments.ofPorts(List.of())));
        }
    }

    private void detach(Attachment attachment) throws IOException, InterruptedException {
        try {
            network.detach(attachment);
        } catch (IOException e) {
            network.postpone(attachment);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "pod {0} could not be detached from its network, to be tried again: {1}",
                    attachment.containerId(),
                    e.getMessage());
        }
    }

    /// With all that plugins can ask for, once they are to attach it.
    private Attachment full(PodRecord pod) {
        return attachment(pod, PodArguments.of(pod.config(), pod.place().cgroup(), specs.rules(pod)));
    }

    /// What undoing takes; what the plugins were told is cached.
    private static Attachment attachment(PodRecord pod) {
        return attachment(pod, RuntimeArguments.ofPorts(PodArguments.ports(pod.config())));
    }

    private static Attachment attachment(PodRecord pod, RuntimeArguments arguments) {
        var metadata = pod.config().getMetadata();
        return new Attachment(
                pod.id().value(),
                Objects.requireNonNull(pod.place().namespaces().get(NamespaceKind.NETWORK)),
                metadata.getNamespace(),
                metadata.getName(),
                metadata.getUid(),
                arguments);
    }
}
