package dev.carafe.engine.stats;

import dev.carafe.storage.ContainerRoots;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What containers have written. It is counted file by file, so by one walk at a time beside the calls, each
/// container again once its count is old. Safe for all threads.
final class WritableLayers implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WritableLayers.class.getName());

    /// A call waits so long for counts that it lacks; the kubelet takes those that come later with the next call.
    private static final Duration FIRST_WAIT = Duration.ofMillis(250);

    private final Walk walk;
    private final Duration age;
    private final Clock clock;
    private final InstantSource steady;
    private final ConcurrentHashMap<String, Written> known = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();
    private final Condition counted = lock.newCondition();
    private final LinkedHashSet<String> queue = new LinkedHashSet<>();
    private final Thread walker;

    /// Empty: none.
    private String walking = "";

    private WritableLayers(Walk walk, Duration age, Clock clock, InstantSource steady) {
        this.walk = walk;
        this.age = age;
        this.clock = clock;
        this.steady = steady;
        // Of the platform: it does little but wait for the file system.
        this.walker = Thread.ofPlatform().name("writable layers").daemon(true).unstarted(this::run);
    }

    /// @param age after which a container is counted again
    /// @param clock of what is shown
    /// @param steady of ages
    static WritableLayers start(Walk walk, Duration age, Clock clock, InstantSource steady) {
        var layers = new WritableLayers(walk, age, clock, steady);
        layers.walker.start();
        return layers;
    }

    /// Goes through all files of a container; it may take long.
    interface Walk {
        ContainerRoots.Usage usage(String containerId) throws IOException;
    }

    /// @param since the steady clock's for the same time
    record Written(Instant at, Instant since, ContainerRoots.Usage usage) {}

    /// Has them counted that are not, or not lately, and waits a moment for the former.
    void refresh(Collection<String> ids) throws InterruptedException {
        var now = steady.instant();
        lock.lockInterruptibly();
        try {
            for (var id : ids) {
                var written = known.get(id);
                var isOld = written == null || written.since.plus(age).isBefore(now);
                if (isOld && !id.equals(walking)) {
                    queue.add(id);
                }
            }
            if (!queue.isEmpty()) {
                asked.signal();
            }
            var left = FIRST_WAIT.toNanos();
            while (left > 0 && !known.keySet().containsAll(ids)) {
                left = counted.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<Written> of(String id) {
        return Optional.ofNullable(known.get(id));
    }

    /// Forgets the others.
    void retain(Set<String> ids) {
        known.keySet().retainAll(ids);
    }

    private void run() {
        try {
            while (true) {
                count(next());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private String next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (queue.isEmpty()) {
                asked.await();
            }
            walking = queue.removeFirst();
            return walking;
        } finally {
            lock.unlock();
        }
    }

    private void count(String id) {
        try {
            known.put(id, new Written(clock.instant(), steady.instant(), walk.usage(id)));
        } catch (IOException | RuntimeException e) {
            // Most likely it is being removed; otherwise the next call has it counted again.
            LOG.log(System.Logger.Level.DEBUG, "could not count what container " + id + " has written", e);
        }
        lock.lock();
        try {
            walking = "";
            counted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        walker.interrupt();
    }
}
