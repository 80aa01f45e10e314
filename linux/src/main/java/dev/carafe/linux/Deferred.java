package dev.carafe.linux;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Work that nobody waits for: what is added is dealt with together a moment later, by a thread that is there only as
/// long as there is something. Safe for all threads; what is still to be done ends with the process.
///
/// @param <T> what the work is about; equal ones are one
public final class Deferred<T> {
    private final String name;
    private final Duration delay;
    private final UnaryOperator<Set<T>> work;
    private final Set<T> waiting = new HashSet<>();
    private boolean isRunning;

    /// @param name the thread's
    /// @param work gets all that was added, and gives what it is to be given again after another delay; deals with
    ///     its own failures
    public Deferred(String name, Duration delay, UnaryOperator<Set<T>> work) {
        this.name = name;
        this.delay = delay;
        this.work = work;
    }

    public synchronized void add(T one) {
        waiting.add(one);
        if (!isRunning) {
            isRunning = true;
            Thread.ofVirtual().name(name).start(this::run);
        }
    }

    private void run() {
        try {
            do {
                Thread.sleep(delay);
            } while (goesOn(work.apply(take())));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private synchronized Set<T> take() {
        var taken = Set.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    private synchronized boolean goesOn(Set<T> again) {
        waiting.addAll(again);
        isRunning = !waiting.isEmpty();
        return isRunning;
    }
}
