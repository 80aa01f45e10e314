package dev.carafe.engine;

import dev.carafe.engine.pod.PodNetwork;
import dev.carafe.engine.state.PodRecord;
import dev.carafe.engine.state.PodState;
import dev.carafe.engine.state.Store;
import dev.carafe.network.CniNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// What the pod network needs in the background. After the start, once: what belongs to no pod is freed, and
/// the pods that are ready are checked. And now and then, until none is left: the detachments that a plugin
/// refused.
final class NetworkLoop {
    private static final System.Logger LOG = System.getLogger(NetworkLoop.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final CniNetwork network;
    private final PodNetwork podNetwork;
    private final Store<PodRecord> pods;
    private final Path namespaces;
    private boolean isFirst = true;
    private boolean isCollected;

    private NetworkLoop(CniNetwork network, PodNetwork podNetwork, Store<PodRecord> pods, Path namespaces) {
        this.network = network;
        this.podNetwork = podNetwork;
        this.pods = pods;
        this.namespaces = namespaces;
    }

    /// A detachment that a plugin holds up when it is closed is given up and stays postponed.
    ///
    /// @param namespaces the folder below which this daemon's namespaces are pinned
    static Repetition start(CniNetwork network, PodNetwork podNetwork, Store<PodRecord> pods, Path namespaces) {
        var loop = new NetworkLoop(network, podNetwork, pods, namespaces);
        return Repetition.start("network", PAUSE, loop::turn);
    }

    private void turn() throws InterruptedException {
        if (isFirst) {
            sweep();
        }
        if (!isCollected) {
            collect();
        }
        retry();
        if (isFirst) {
            check();
        }
        isFirst = false;
    }

    private void sweep() throws InterruptedException {
        try {
            network.sweepHostPorts();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "rules of host ports of the last run may be left", e);
        }
    }

    private void collect() throws InterruptedException {
        try {
            isCollected = network.collectGarbage(() -> PodNetwork.attached(pods.all()), namespaces);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "could not look for what belongs to no pod", e);
        }
    }

    private void retry() throws InterruptedException {
        try {
            var left = network.retryPostponed();
            if (left > 0) {
                LOG.log(System.Logger.Level.DEBUG, "{0} pods are still to be detached from their networks", left);
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "could not go through the postponed detachments", e);
        }
    }

    /// One after the other, since pods that start have the processors first. A pod that has gone meanwhile
    /// misses its network by right.
    private void check() throws InterruptedException {
        for (var pod : pods.all()) {
            try {
                if (pod.state() instanceof PodState.Ready) {
                    podNetwork.check(pod);
                }
            } catch (IOException | RuntimeException e) {
                if (pods.get(pod.id().value()).filter(PodRecord::isReady).isPresent()) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "the network of pod {0} may not be as it was made: {1}",
                            pod.id(),
                            e.getMessage());
                }
            }
        }
    }
}
