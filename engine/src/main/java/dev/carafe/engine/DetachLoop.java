package dev.carafe.engine;

import dev.carafe.network.CniNetwork;
import java.time.Duration;

/// Tries the detachments again that a plugin refused, now and then until none is left.
final class DetachLoop {
    private static final System.Logger LOG = System.getLogger(DetachLoop.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private DetachLoop() {}

    /// A detachment that a plugin holds up when it is closed is given up and stays postponed.
    static Repetition start(CniNetwork network) {
        return Repetition.start("detach", PAUSE, () -> retry(network));
    }

    private static void retry(CniNetwork network) throws InterruptedException {
        try {
            var left = network.retryPostponed();
            if (left > 0) {
                LOG.log(System.Logger.Level.DEBUG, "{0} pods are still to be detached from their networks", left);
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "could not go through the postponed detachments", e);
        }
    }
}
