package dev.carafe.daemon;

import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/// What an operator tells the process. sun.misc.Signal, in the JDK's supported module jdk.unsupported, is the
/// only way to hear SIGHUP, which would end a JVM; and a JVM that SIGTERM ends by itself has no exit code 0.
final class ProcessSignals {
    private static final System.Logger LOG = System.getLogger(ProcessSignals.class.getName());

    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicBoolean warned = new AtomicBoolean();

    private ProcessSignals() {}

    static ProcessSignals listen() {
        var signals = new ProcessSignals();
        for (var name : new String[] {"TERM", "INT"}) {
            Signal.handle(new Signal(name), signal -> signals.stop(signal.getName()));
        }
        for (var name : new String[] {"HUP", "USR1"}) {
            Signal.handle(new Signal(name), signal -> signals.ignore(signal.getName()));
        }
        return signals;
    }

    private void stop(String name) {
        LOG.log(Level.INFO, "SIG{0}: stopping", name);
        stop.countDown();
    }

    private void ignore(String name) {
        if (warned.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "SIG{0} changes nothing: reloading is not built yet, restart to use a new configuration",
                    name);
        }
    }

    /// Returns after SIGTERM or SIGINT.
    void awaitStop() throws InterruptedException {
        stop.await();
    }
}
