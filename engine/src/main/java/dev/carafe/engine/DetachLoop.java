package dev.carafe.engine;

import dev.carafe.network.CniNetwork;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tries the detachments again that a plugin refused, now and then until none is left.
final class DetachLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DetachLoop.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private DetachLoop(CniNetwork network) {
        thread = Thread.ofVirtual().name("detach").unstarted(() -> run(network));
    }

    static DetachLoop start(CniNetwork network) {
        var loop = new DetachLoop(network);
        loop.thread.start();
        return loop;
    }

    private void run(CniNetwork network) {
        try {
            do {
                retry(network);
            } while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
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

    /// A detachment that a plugin holds up is given up and stays postponed.
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
