package dev.carafe.engine.state;

import dev.carafe.engine.NotFound;
import dev.carafe.storage.RecordFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The records of one kind. A change is in its file before anybody sees it; readers never wait for a writer. What it
/// holds survives the daemon's death at any moment, and a power cut a moment later. Safe for all threads.
///
/// @param <R> the record's type
public final class Store<R> {
    private static final System.Logger LOG = System.getLogger(Store.class.getName());

    /// An unambiguous beginning of an id stands for it, as clients of the CRI show and send short ones.
    private static final int SHORTEST_PREFIX = 1;

    /// A deadline may be too far away for nanoseconds.
    private static final Duration LOOK_AGAIN = Duration.ofHours(1);

    private final String kind;
    private final RecordFolder folder;
    private final Codec<R> codec;
    private final InstantSource steady;
    private final ConcurrentHashMap<String, Entry<R>> entries = new ConcurrentHashMap<>();
    private final List<Observer<R>> observers = new CopyOnWriteArrayList<>();
    private final Unwritten unwritten = new Unwritten(this::writeAgain);

    private Store(String kind, RecordFolder folder, Codec<R> codec, InstantSource steady) {
        this.kind = kind;
        this.folder = folder;
        this.codec = codec;
        this.steady = steady;
    }

    /// Reads what is on disk. A damaged record is left out and named in the log; its file was set aside.
    static <R> Store<R> open(String kind, RecordFolder folder, Codec<R> codec, InstantSource steady)
            throws IOException {
        var store = new Store<>(kind, folder, codec, steady);
        var contents = folder.readAll();
        for (var damaged : contents.damaged()) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "lost a {0}: its record {1} is damaged: {2}",
                    kind,
                    damaged.name(),
                    damaged.why());
        }
        contents.documents().forEach(store::restore);
        return store;
    }

    private void restore(String id, String json) {
        try {
            entries.put(id, new Entry<>(codec.read(json)));
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "lost a " + kind + ": its record " + id + " can't be understood", e);
        }
    }

    public List<R> all() {
        return entries.values().stream().map(e -> e.current).toList();
    }

    /// One of those for which it holds.
    Optional<R> any(Predicate<R> claim) {
        for (var entry : entries.values()) {
            var record = entry.current;
            if (claim.test(record)) {
                return Optional.of(record);
            }
        }
        return Optional.empty();
    }

    public Optional<R> get(String id) {
        var entry = entries.get(id);
        return entry == null ? Optional.empty() : Optional.of(entry.current);
    }

    /// By id or by an unambiguous beginning of it.
    public Optional<R> find(String idOrPrefix) {
        var exact = get(idOrPrefix);
        if (exact.isPresent() || idOrPrefix.length() < SHORTEST_PREFIX) {
            return exact;
        }
        var matches = entries.entrySet().stream()
                .filter(e -> e.getKey().startsWith(idOrPrefix))
                .limit(2)
                .toList();
        return matches.size() == 1 ? Optional.of(matches.getFirst().getValue().current) : Optional.empty();
    }

    /// Like [#find(String)], for calls where a missing object is the caller's error.
    public R require(String idOrPrefix) {
        return find(idOrPrefix).orElseThrow(() -> new NotFound("no " + kind + " with id " + idOrPrefix));
    }

    /// Writes a new record, then makes it visible.
    public void begin(String id, R first) throws IOException {
        folder.write(id, codec.write(first));
        entries.put(id, new Entry<>(first));
    }

    /// Changes a record: in its file first, then visible. The function may run only once and must not block.
    public R update(String id, UnaryOperator<R> change) throws IOException {
        return change(id, change, next -> folder.write(id, codec.write(next)));
    }

    /// As [#update], of what has happened and would be found out again after a crash: where the disk is full,
    /// read-only or broken it is visible all the same, and in its file once the disk takes it.
    public R note(String id, UnaryOperator<R> change) throws IOException {
        return change(id, change, next -> {
            try {
                folder.write(id, codec.write(next));
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the record of {0} {1} is written once the disk takes it: {2}",
                        kind,
                        id,
                        e.getMessage());
                unwritten.add(id);
            }
        });
    }

    private R change(String id, UnaryOperator<R> change, Write<R> write) throws IOException {
        var entry = entries.get(id);
        if (entry == null) {
            throw new NotFound("no " + kind + " with id " + id);
        }
        entry.lock.lock();
        try {
            var next = change.apply(entry.current);
            if (!next.equals(entry.current)) {
                var before = entry.current;
                write.write(next);
                entry.current = next;
                entry.changed.signalAll();
                observers.forEach(o -> o.changed(before, next));
            }
            return next;
        } finally {
            entry.lock.unlock();
        }
    }

    @FunctionalInterface
    private interface Write<R> {
        void write(R next) throws IOException;
    }

    private void writeAgain(String id) throws IOException {
        var entry = entries.get(id);
        if (entry == null) {
            return;
        }
        entry.lock.lock();
        try {
            if (!entry.gone) {
                folder.write(id, codec.write(entry.current));
            }
        } finally {
            entry.lock.unlock();
        }
    }

    /// Idempotent.
    public void forget(String id) throws IOException {
        var entry = entries.get(id);
        if (entry == null) {
            folder.delete(id);
            return;
        }
        entry.lock.lock();
        try {
            folder.delete(id);
            if (entries.remove(id, entry)) {
                entry.forgotten(observers);
            }
        } finally {
            entry.lock.unlock();
        }
    }

    /// From now on, after the observers before.
    public void observe(Observer<R> next) {
        observers.add(next);
    }

    /// Is told of changes that are on record: of each once, and of those of one record in their order. It must
    /// not block, and must not change records.
    public interface Observer<R> {
        void changed(R before, R after);

        void forgotten(R last);
    }

    /// Waits until the record satisfies the claim or is gone; false when the deadline passed first. The deadline
    /// is one of the steady clock, and is asked for anew after each change and each [#wake(String)].
    public boolean await(String id, Predicate<R> claim, Supplier<Instant> deadline) throws InterruptedException {
        var entry = entries.get(id);
        if (entry == null) {
            return true;
        }
        entry.lock.lockInterruptibly();
        try {
            while (!entry.gone && !claim.test(entry.current)) {
                var now = steady.instant();
                var until = deadline.get();
                if (!now.isBefore(until)) {
                    return false;
                }
                var soon = now.plus(LOOK_AGAIN);
                var _ = entry.changed.awaitNanos(Duration.between(now, soon.isBefore(until) ? soon : until)
                        .toNanos());
            }
            return true;
        } finally {
            entry.lock.unlock();
        }
    }

    /// Lets the waiters look at their deadlines again.
    public void wake(String id) {
        var entry = entries.get(id);
        if (entry != null) {
            entry.signal();
        }
    }

    /// Between a record and its document.
    interface Codec<R> {
        String write(R value);

        R read(String json) throws IOException;
    }

    private static final class Entry<R> {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private volatile R current;
        private boolean gone;

        Entry(R current) {
            this.current = current;
        }

        void signal() {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /// Under its lock.
        void forgotten(List<Observer<R>> observers) {
            gone = true;
            changed.signalAll();
            observers.forEach(o -> o.forgotten(current));
        }
    }
}
