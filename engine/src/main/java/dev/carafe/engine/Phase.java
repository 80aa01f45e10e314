package dev.carafe.engine;

import java.io.IOException;
import java.util.Optional;

/// Phases of the work for a request: parts of the span for which a thread works, where there is one. Otherwise a phase
/// is its work and a look at the thread.
public final class Phase {
    /// Inherited by the threads that a request's work starts, which may outlive its caller.
    private static final InheritableThreadLocal<Span> CURRENT = new InheritableThreadLocal<>();

    private Phase() {}

    /// For which this thread works.
    public static Optional<Span> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /// Does work for the span, on this thread and on those that it starts. When the span ends is the caller's business.
    public static <R> R within(Span span, Lane.IoWork<R> work) throws IOException, InterruptedException {
        var before = CURRENT.get();
        CURRENT.set(span);
        try {
            return work.run();
        } finally {
            if (before == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(before);
            }
        }
    }

    /// Of what the current phase is about; see [Span#note(String, String)].
    public static void note(String key, String value) {
        var span = CURRENT.get();
        if (span != null) {
            span.note(key, value);
        }
    }

    public static <R> R of(String name, Lane.IoWork<R> work) throws IOException, InterruptedException {
        var above = CURRENT.get();
        return above == null ? work.run() : traced(above.begin(name), work);
    }

    private static <R> R traced(Span span, Lane.IoWork<R> work) throws IOException, InterruptedException {
        R result;
        try {
            result = within(span, work);
        } catch (Throwable e) {
            span.failed(e);
            throw e;
        }
        span.ended();
        return result;
    }

    /// The same for work that gives nothing.
    public static void run(String name, Action action) throws IOException, InterruptedException {
        of(name, () -> {
            action.run();
            return name;
        });
    }

    /// What a phase does.
    @FunctionalInterface
    public interface Action {
        void run() throws IOException, InterruptedException;
    }
}
