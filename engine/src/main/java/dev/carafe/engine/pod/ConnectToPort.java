package dev.carafe.engine.pod;

import dev.carafe.engine.Invalid;
import dev.carafe.engine.WrongState;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.linux.Loopback;
import dev.carafe.linux.NamespaceKind;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// A connection of PortForward: to what listens on the loopback of a pod's network, or of the node's where the pod is
/// in that. No program runs inside.
final class ConnectToPort {
    /// Loopback answers at once; only rules of a pod's own can keep silent.
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(10);

    private static final int HIGHEST_PORT = 65535;

    private ConnectToPort() {}

    static SocketChannel connect(PodRecord pod, int port) throws IOException {
        if (port < 1 || port > HIGHEST_PORT) {
            throw new Invalid("port-forward: not a port: " + port);
        }
        if (!pod.isReady()) {
            throw new WrongState("port-forward: pod " + pod.id() + " is not ready");
        }
        if (pod.usesHostNetwork()) {
            return Loopback.connect(port, CONNECTED_WITHIN);
        }
        var network = pod.place().namespaces().get(NamespaceKind.NETWORK);
        if (network == null) {
            throw new IOException("pod " + pod.id() + " has no network namespace");
        }
        return Loopback.connect(network, port, CONNECTED_WITHIN);
    }
}
