package dev.carafe.storage;

import java.util.HashSet;
import java.util.Set;

/// One at a time for each key; different keys don't wait for each other. Any thread.
final class Turns<K> {
    private final Set<K> taken = new HashSet<>();

    /// Given back by close, by whichever thread.
    final class Turn implements AutoCloseable {
        private final K key;

        private Turn(K key) {
            this.key = key;
        }

        @Override
        public void close() {
            giveBack(key);
        }
    }

    synchronized Turn take(K key) throws InterruptedException {
        while (!taken.add(key)) {
            wait();
        }
        return new Turn(key);
    }

    private synchronized void giveBack(K key) {
        taken.remove(key);
        notifyAll();
    }
}
