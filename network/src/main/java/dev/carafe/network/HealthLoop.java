package dev.carafe.network;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Asks the network's plugins for their STATUS now and then, on a thread of its own, until this is closed.
final class HealthLoop implements AutoCloseable {
    /// As often as CRI-O.
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private static final Duration PAUSE_WHILE_FAILING = Duration.ofSeconds(1);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final NetworkSelector selector;
    private final NetworkHealth health;
    private final Thread thread;

    private HealthLoop(NetworkSelector selector, NetworkHealth health) {
        this.selector = selector;
        this.health = health;
        thread = Thread.ofVirtual().name("network-status").unstarted(this::run);
    }

    static HealthLoop start(NetworkSelector selector, NetworkHealth health) {
        var loop = new HealthLoop(selector, health);
        loop.thread.start();
        return loop;
    }

    private void run() {
        try {
            while (!closed.await(
                    (health.isFailing() ? PAUSE_WHILE_FAILING : PAUSE).toMillis(), TimeUnit.MILLISECONDS)) {
                if (selector.current() instanceof NetworkSelection.Chosen(var network, var _, var _)) {
                    health.ask(network);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
