package dev.carafe.storage;

import dev.carafe.linux.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/// syncfs(2) for many at once: a caller returns when one that began after its call has ended, and those who wait
/// for the running one share the next. So the layers of a pull that end together cost one or two. Any thread.
final class SharedSync {
    private final Path anyFile;
    private final ReentrantLock running = new ReentrantLock();
    private long begun;
    private long succeeded;

    SharedSync(Path anyFile) {
        this.anyFile = anyFile;
    }

    void sync() throws IOException, InterruptedException {
        var wanted = next();
        running.lockInterruptibly();
        try {
            if (hasSucceeded(wanted)) {
                return;
            }
            var mine = begin();
            Durability.syncFileSystem(anyFile);
            succeed(mine);
        } finally {
            running.unlock();
        }
    }

    private synchronized long next() {
        return begun + 1;
    }

    private synchronized long begin() {
        return ++begun;
    }

    private synchronized void succeed(long sync) {
        succeeded = sync;
    }

    private synchronized boolean hasSucceeded(long sync) {
        return succeeded >= sync;
    }
}
