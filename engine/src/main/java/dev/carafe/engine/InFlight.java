package dev.carafe.engine;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Operations under way, each on a virtual thread of its own. Who asks for the same key joins the one that runs.
/// An interrupt ends only the caller's waiting: the operation goes on, and a retry joins it or finds its result
/// in the store. Safe for all threads.
public final class InFlight<K, R> {
    private final ConcurrentHashMap<K, FutureTask<R>> running = new ConcurrentHashMap<>();
    private final Lane lane;

    /// @param lane in which the operations are, each of which waits there for its turn
    public InFlight(Lane lane) {
        this.lane = lane;
    }

    /// Waits for the operation's end and gives its result, or throws what it threw.
    public R join(K key, Callable<R> operation) throws IOException, InterruptedException {
        var mine = new FutureTask<>(() -> {
            try {
                return lane.run(key, operation);
            } finally {
                // Before anybody sees its result, so that who asks again after that begins anew.
                running.remove(key);
            }
        });
        var first = running.putIfAbsent(key, mine);
        if (first == null) {
            Thread.ofVirtual().name("operation " + key).start(mine);
        }
        return result(first == null ? mine : first);
    }

    private static <R> R result(FutureTask<R> operation) throws IOException, InterruptedException {
        try {
            return operation.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case InterruptedException failure -> throw new IOException("the operation was interrupted", failure);
                case null, default -> throw new AssertionError(e);
            }
        }
    }
}
