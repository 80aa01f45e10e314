package dev.carafe.runtime;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Locks of containers for what is short and rare: a few that all containers share. Safe for all threads.
final class IdLocks {
    private static final int LOCKS = 64;

    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    /// The same for the same container.
    ReentrantLock of(ContainerFiles files) {
        return locks.get(Math.floorMod(files.id().hashCode(), LOCKS));
    }
}
