package dev.carafe.daemon;

import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.Signals;
import dev.carafe.linux.ThisProcess;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// What an operator tells the process. sun.misc.Signal, in the JDK's supported module jdk.unsupported, is the
/// only way to hear SIGHUP, which would end a JVM; and a JVM that SIGTERM ends by itself has no exit code 0.
final class ProcessSignals {
    private static final System.Logger LOG = System.getLogger(ProcessSignals.class.getName());

    /// What is asked for, the most urgent first.
    enum Wish {
        STOP,
        RELOAD,
        SHOW_THREADS
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();

    /// What came several times is done once.
    private final Set<Wish> wishes = EnumSet.noneOf(Wish.class);

    private ProcessSignals() {}

    /// From now on they are heard; SIGHUP also where it was ignored, as nohup(1) has it: the JVM leaves it so, and a
    /// reload would be lost without a word.
    static ProcessSignals listen() throws ErrnoException {
        var signals = new ProcessSignals();
        for (var name : new String[] {"TERM", "INT"}) {
            Signal.handle(new Signal(name), signal -> signals.stop(signal.getName()));
        }
        var hangup = new Signal("HUP");
        SignalHandler reload = _ -> signals.ask(Wish.RELOAD);
        if (Signal.handle(hangup, reload).equals(SignalHandler.SIG_IGN)) {
            ThisProcess.restoreDefault(Signals.HUP);
            Signal.handle(hangup, reload);
        }
        Signal.handle(new Signal("USR1"), _ -> signals.ask(Wish.SHOW_THREADS));
        return signals;
    }

    private void stop(String name) {
        LOG.log(Level.INFO, "SIG{0}: stopping", name);
        ask(Wish.STOP);
    }

    private void ask(Wish wish) {
        lock.lock();
        try {
            wishes.add(wish);
            asked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the next: SIGTERM and SIGINT ask for the end, SIGHUP for new configuration, SIGUSR1 for what threads
    /// do. Empty when none comes in time.
    Optional<Wish> await(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = patience.toNanos();
            while (wishes.isEmpty() && left > 0) {
                left = asked.awaitNanos(left);
            }
            var next = wishes.stream().findFirst(); // in the order of their declaration
            next.ifPresent(wishes::remove);
            return next;
        } finally {
            lock.unlock();
        }
    }
}
