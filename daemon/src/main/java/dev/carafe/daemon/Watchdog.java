package dev.carafe.daemon;

import dev.carafe.engine.Repetition;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Tells the service manager that the daemon is well for as long as it is: when it answers a question in time, as its
/// clients ask. Without that word systemd ends it and starts it anew.
final class Watchdog {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());

    private final Systemd systemd;
    private final Duration period;
    private final Question question;

    private Watchdog(Systemd systemd, Duration period, Question question) {
        this.systemd = systemd;
        this.period = period;
        this.question = question;
    }

    /// Asks the daemon something; returns when it was answered.
    @FunctionalInterface
    interface Question {
        void ask() throws IOException, InterruptedException;
    }

    /// Asks until this is closed.
    ///
    /// @param period from one word to the next; an answer may take as long
    static Repetition start(Systemd systemd, Duration period, Question question) {
        return Repetition.start("watchdog", period, new Watchdog(systemd, period, question)::ask);
    }

    private void ask() throws InterruptedException {
        var answer = new FutureTask<>(() -> {
            question.ask();
            return true;
        });
        Thread.ofVirtual().name("watchdog question").start(answer);
        try {
            if (answer.get(period.toMillis(), TimeUnit.MILLISECONDS)) {
                systemd.alive();
            }
        } catch (TimeoutException e) {
            LOG.log(Level.ERROR, "the daemon does not answer itself within {0} ms", period.toMillis());
        } catch (ExecutionException e) {
            LOG.log(Level.ERROR, "the daemon does not answer itself", e.getCause());
        } finally {
            answer.cancel(true);
        }
    }
}
