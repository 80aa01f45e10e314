package dev.carafe.engine.seccomp;

import dev.carafe.engine.state.ContainerId;
import dev.carafe.linux.Errno;
import dev.carafe.linux.Fd;
import dev.carafe.linux.FdListener;
import dev.carafe.linux.SeccompNotifications;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// One container's socket, and all filters whose descriptors came over it: that of its first process and one for each
/// command that was run in it. Closing it gives them up; the kernel then answers for us.
final class Notifier implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Notifier.class.getName());

    /// Commands whose processes go on at a time; those beyond get the kernel's answer, and nobody is told.
    private static final int MOST_FILTERS = 512;

    /// The state of a container has its annotations, of which Kubernetes allows 256 KiB.
    private static final int STATE_BYTES = 1 << 20;

    private static final Duration STATE_WAITS = Duration.ofSeconds(10);

    /// After an accept that failed, as where there are too many open files.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ContainerId id;
    private final FdListener listener;
    private final ForbiddenCalls calls;
    private final Duration quiet;
    private final CallCounts counts = new CallCounts();
    private final Semaphore slots = new Semaphore(MOST_FILTERS);
    private final Set<SeccompNotifications> filters = ConcurrentHashMap.newKeySet();
    private final AtomicLong latest = new AtomicLong();
    private final Semaphore waiting = new Semaphore(1);
    private volatile boolean closed;

    private Notifier(ContainerId id, FdListener listener, ForbiddenCalls calls, Duration quiet) {
        this.id = id;
        this.listener = listener;
        this.calls = calls;
        this.quiet = quiet;
    }

    static Notifier open(ContainerId id, Path socket, ForbiddenCalls calls, Duration quiet) throws IOException {
        var notifier = new Notifier(id, FdListener.open(socket), calls, quiet);
        Thread.ofVirtual().name("seccomp " + id).start(notifier::listen);
        return notifier;
    }

    private void listen() {
        while (!closed) {
            try {
                var connection = listener.accept();
                Thread.ofVirtual().name("seccomp filter " + id).start(() -> serve(connection));
            } catch (IOException e) {
                if (!closed) {
                    LOG.log(System.Logger.Level.WARNING, "no seccomp filter of container " + id + " can come", e);
                    pause(PAUSE);
                }
            }
        }
    }

    private void serve(Fd connection) {
        if (!slots.tryAcquire()) {
            connection.close();
            LOG.log(System.Logger.Level.WARNING, "container {0} has more than {1} seccomp filters", id, MOST_FILTERS);
            return;
        }
        try (var filter = receive(connection)) {
            follow(filter);
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a seccomp filter of container {0} is not followed: {1}",
                    id,
                    e.getMessage());
        } finally {
            slots.release();
        }
    }

    private SeccompNotifications receive(Fd connection) throws IOException {
        try (connection) {
            var message = FdListener.receive(connection, STATE_BYTES, STATE_WAITS, ProcessState::isWhole);
            var fds = message.fds();
            try {
                var place = ProcessState.parse(message.text()).filter(id, fds.size());
                var filter = SeccompNotifications.of(fds.get(place));
                fds.stream().filter(fd -> !fd.equals(fds.get(place))).forEach(Fd::close);
                return filter;
            } catch (IOException | RuntimeException e) {
                message.close();
                throw e;
            }
        }
    }

    private void follow(SeccompNotifications filter) throws IOException {
        filters.add(filter);
        try {
            if (closed) {
                return; // it came meanwhile, and was not closed with the others
            }
            for (var next = filter.next(); next.isPresent(); next = filter.next()) {
                note(next.get());
                filter.fail(next.get(), Errno.ENOSYS);
            }
        } finally {
            filters.remove(filter);
        }
    }

    private void note(SeccompNotifications.Notification call) {
        var counted = counts.add(call.name());
        var level = counted.isFirst() ? System.Logger.Level.INFO : System.Logger.Level.DEBUG;
        LOG.log(
                level,
                "container {0} called {1} (process {2}), which its seccomp profile forbids",
                id,
                call.name(),
                Integer.toString(call.pid()));
        calls.called(id, call.name());
        latest.set(System.nanoTime());
        if (waiting.tryAcquire()) {
            Thread.ofVirtual().name("seccomp quiet " + id).start(this::awaitQuiet);
        }
        pause(counted.delay());
    }

    private void awaitQuiet() {
        for (var left = left(); left.isPositive() && !closed; left = left()) {
            pause(left);
        }
        waiting.release(); // before it is told, so that a later call is not overlooked
        if (!closed) {
            calls.quiet(id, counts.text());
        }
    }

    private Duration left() {
        return quiet.minusNanos(System.nanoTime() - latest.get());
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that to these threads
        }
    }

    /// Idempotent.
    @Override
    public void close() {
        closed = true;
        listener.close();
        filters.forEach(SeccompNotifications::close);
    }
}
