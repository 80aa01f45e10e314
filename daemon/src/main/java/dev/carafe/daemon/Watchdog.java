package dev.carafe.daemon;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Tells the service manager that the daemon is well for as long as it is: when it answers a question in time, as its
/// clients ask. Without that word systemd ends it and starts it anew.
final class Watchdog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    /// Asks the daemon something; returns when it was answered.
    @FunctionalInterface
    interface Question {
        void ask() throws IOException, InterruptedException;
    }

    private Watchdog(Systemd systemd, Duration period, Question question) {
        thread = Thread.ofVirtual().name("watchdog").unstarted(() -> run(systemd, period, question));
    }

    /// @param period from one word to the next; an answer may take as long
    static Watchdog start(Systemd systemd, Duration period, Question question) {
        var watchdog = new Watchdog(systemd, period, question);
        watchdog.thread.start();
        return watchdog;
    }

    private void run(Systemd systemd, Duration period, Question question) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            do {
                var answer = threads.submit(() -> {
                    question.ask();
                    return true;
                });
                try {
                    if (answer.get(period.toMillis(), TimeUnit.MILLISECONDS)) {
                        systemd.alive();
                    }
                } catch (TimeoutException e) {
                    answer.cancel(true);
                    LOG.log(Level.ERROR, "the daemon does not answer itself within {0} ms", period.toMillis());
                } catch (ExecutionException e) {
                    LOG.log(Level.ERROR, "the daemon does not answer itself", e.getCause());
                }
            } while (!stopping.await(period.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stopping.countDown();
        thread.interrupt();
    }
}
