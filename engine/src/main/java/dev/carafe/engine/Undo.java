package dev.carafe.engine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The way back of an operation with several steps. Closing it without [#commit()] takes all steps back, newest
/// first, whatever fails, with the interrupt flag set aside; then the last steps, but only if nothing failed:
/// what could not be taken back stays on record for the next attempt. For one thread.
public final class Undo implements AutoCloseable {
    private final String operation;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final Deque<Step> lastSteps = new ArrayDeque<>();

    /// The operation's name and object, for the log.
    public Undo(String operation) {
        this.operation = operation;
    }

    /// The step is idempotent: it may run when what it takes back was never done.
    public void push(String name, Action action) {
        steps.push(new Step(name, action));
    }

    /// To be done after all pushed steps, and only when each of them succeeded.
    public void last(String name, Action action) {
        lastSteps.push(new Step(name, action));
    }

    /// Keeps what was done.
    public void commit() {
        steps.clear();
        lastSteps.clear();
    }

    @Override
    public void close() throws IOException {
        if (steps.isEmpty() && lastSteps.isEmpty()) {
            return;
        }
        var interrupted = Thread.interrupted();
        try {
            var failure = takeBack(steps, null);
            if (failure == null) {
                failure = takeBack(lastSteps, null);
            }
            if (failure != null) {
                throw failure;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private @Nullable IOException takeBack(Deque<Step> some, @Nullable IOException earlier) {
        var failure = earlier;
        while (!some.isEmpty()) {
            var step = some.pop();
            try {
                step.action.run();
            } catch (Exception e) {
                // The next steps still run; an interrupt in one must not stop them.
                var wrapped = new IOException(operation + ": could not " + step.name + ": " + e.getMessage(), e);
                if (failure == null) {
                    failure = wrapped;
                } else {
                    failure.addSuppressed(wrapped);
                }
            }
        }
        return failure;
    }

    /// What takes a step back.
    @FunctionalInterface
    public interface Action {
        void run() throws IOException, InterruptedException;
    }

    private record Step(String name, Action action) {}
}
