package dev.carafe.storage;

/// While it is open, [Layers#collect] spares the layers it names, whether they are in the store yet or not. It
/// lives in memory only: after a crash, what no image names is debris. Closing twice is harmless; any thread may
/// close.
public final class Lease implements AutoCloseable {
    private final Runnable release;
    private boolean open = true;

    Lease(Runnable release) {
        this.release = release;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (!open) {
                return;
            }
            open = false;
        }
        release.run();
    }
}
