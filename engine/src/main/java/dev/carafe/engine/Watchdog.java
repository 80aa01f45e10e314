package dev.carafe.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Tells of work that takes longer than it should: what it is, how long it has been under way, and where its thread
/// is. It is told again each time that it has taken twice as long. It ends nothing: every wait has a bound of its
/// own. Safe for all threads.
public final class Watchdog {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());

    private static final Duration PAUSE = Duration.ofSeconds(15);

    /// The longest under way first; when everything hangs the first ones say why.
    private static final int MOST_AT_ONCE = 16;

    /// Of a stack.
    private static final int MOST_FRAMES = 40;

    private static final String OURS = "dev.carafe.";

    private final Set<Work> underWay = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanos;
    private final Consumer<String> told;

    /// @param nanos a clock that nobody sets
    /// @param told gets a line for each
    Watchdog(LongSupplier nanos, Consumer<String> told) {
        this.nanos = nanos;
        this.told = told;
    }

    static Watchdog ofLog() {
        return new Watchdog(System::nanoTime, line -> LOG.log(System.Logger.Level.WARNING, line));
    }

    /// Looks until this is closed.
    Repetition start() {
        return Repetition.start("watchdog", PAUSE, this::look);
    }

    /// Of this thread, until it is closed.
    ///
    /// @param patience after which it is told of
    Work begin(String what, Object subject, Duration patience) {
        var work = new Work(this, what, subject, Thread.currentThread(), nanos.getAsLong(), patience.toNanos());
        underWay.add(work);
        return work;
    }

    void look() {
        var now = nanos.getAsLong();
        underWay.stream()
                .filter(work -> now - work.begun > work.tellAfter)
                .sorted(Comparator.comparingLong(work -> work.begun - now))
                .limit(MOST_AT_ONCE)
                .forEach(work -> tell(work, now - work.begun));
    }

    private void tell(Work work, long elapsed) {
        work.tellAfter = 2 * elapsed;
        told.accept(work.what + " " + work.subject + " has been under way for "
                + Duration.ofNanos(elapsed).toSeconds() + " s; its thread is in " + place(work.thread));
    }

    /// The frames that are ours, and the one that it is in.
    private static String place(Thread thread) {
        var stack = thread.getStackTrace();
        var frames = new ArrayList<String>();
        if (stack.length > 0) {
            frames.add(stack[0].toString());
        }
        List<StackTraceElement> callers =
                Arrays.asList(stack).subList(Math.min(1, stack.length), Math.min(MOST_FRAMES, stack.length));
        callers.stream()
                .filter(frame -> frame.getClassName().startsWith(OURS))
                .map(StackTraceElement::toString)
                .forEach(frames::add);
        return frames.isEmpty()
                ? "no code of this program"
                : frames.stream().collect(Collectors.joining(", called by "));
    }

    /// Something under way.
    static final class Work implements AutoCloseable {
        private final Watchdog watchdog;
        private final String what;
        private final Object subject;
        private final Thread thread;
        private final long begun;
        private volatile long tellAfter;

        private Work(Watchdog watchdog, String what, Object subject, Thread thread, long begun, long tellAfter) {
            this.watchdog = watchdog;
            this.what = what;
            this.subject = subject;
            this.thread = thread;
            this.begun = begun;
            this.tellAfter = tellAfter;
        }

        @Override
        public void close() {
            watchdog.underWay.remove(this);
        }
    }
}
