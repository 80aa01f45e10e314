package dev.carafe.engine.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// Bounds how many bodies are open at once: who wants one more waits before asking the registry for it. Safe for
/// all threads.
final class FetchSlots {
    private final Semaphore slots;

    FetchSlots(int count) {
        slots = new Semaphore(count);
    }

    /// Asks for a body.
    interface Opening {
        InputStream open() throws IOException, InterruptedException;
    }

    /// The body, which keeps its slot until it is closed.
    InputStream open(Opening opening) throws IOException, InterruptedException {
        slots.acquire();
        var slot = new AtomicBoolean(true);
        try {
            return new Body(opening.open(), slot);
        } catch (Throwable e) {
            giveBack(slot);
            throw e;
        }
    }

    private void giveBack(AtomicBoolean slot) {
        if (slot.getAndSet(false)) {
            slots.release();
        }
    }

    private final class Body extends FilterInputStream {
        private final AtomicBoolean slot;

        Body(InputStream body, AtomicBoolean slot) {
            super(body);
            this.slot = slot;
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                giveBack(slot);
            }
        }
    }
}
