package dev.carafe.runtime;

import dev.carafe.linux.Errno;
import dev.carafe.linux.ErrnoException;
import dev.carafe.linux.Fd;
import dev.carafe.linux.Poller;
import java.io.IOException;
import java.time.Duration;

/// Carries what comes from a descriptor to a peer, on a virtual thread of its own, until its end or until
/// either side fails; then the descriptor is closed, so that who writes to it learns of it.
final class OutputPump implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OutputPump.class.getName());

    private static final Duration LOOKED_AT_EVERY = Duration.ofMillis(100);

    /// Of a pipe that fills faster than it is read: its writer then goes on while the peer is handed what came, where
    /// otherwise each would wake the other for every 64 KiB.
    static final int WIDE_PIPE_BYTES = 1024 * 1024;

    /// What it is not doing, in place of since when it is.
    private static final long NOT = Long.MAX_VALUE;

    private final Fd source;
    private final StreamPeer.Taker sink;
    private final boolean waitsFirst;
    private final Thread thread;
    private boolean isWide;

    /// Since when it waits for bytes (System.nanoTime).
    private volatile long waitingSince = NOT;

    /// Since when the peer is being handed what came.
    private volatile long handingOverSince = NOT;

    private OutputPump(Fd source, StreamPeer.Taker sink, boolean waitsFirst) {
        this.source = source;
        this.sink = sink;
        this.waitsFirst = waitsFirst;
        thread = Thread.ofVirtual().unstarted(this::run);
    }

    static OutputPump start(Fd source, StreamPeer.Taker sink) {
        var pump = new OutputPump(source, sink, false);
        pump.thread.start();
        return pump;
    }

    /// For a FIFO that nobody may write to yet, which looks as if it had ended.
    static OutputPump startOnceThereIsSome(Fd source, StreamPeer.Taker sink) {
        var pump = new OutputPump(source, sink, true);
        pump.thread.start();
        return pump;
    }

    private void run() {
        try (source) {
            if (waitsFirst) {
                await();
            }
            while (carry()) {
                await();
            }
        } catch (IOException e) {
            if (!(e instanceof ErrnoException errno && errno.errno() == Errno.EIO)) { // EIO: a terminal's end
                LOG.log(System.Logger.Level.DEBUG, "output is no longer carried: {0}", e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await() throws IOException, InterruptedException {
        waitingSince = System.nanoTime();
        Poller.shared().awaitReadable(source, Deadline.NO_LIMIT);
        waitingSince = NOT;
    }

    /// All that is there now; false at the end.
    private boolean carry() throws IOException, InterruptedException {
        var chunk = Chunks.SHARED.take();
        try {
            while (true) {
                var count = source.readNow(chunk);
                if (count <= 0) {
                    return count == 0;
                }
                if (count == Chunks.BYTES && !isWide) {
                    isWide = true;
                    source.widen(WIDE_PIPE_BYTES);
                }
                handingOverSince = System.nanoTime();
                sink.take(chunk.flip());
                handingOverSince = NOT;
                chunk.clear();
            }
        } finally {
            Chunks.SHARED.giveBack(chunk);
        }
    }

    /// Whether nothing came for so long, or nothing can come any more.
    boolean isIdleFor(Duration time) {
        var since = waitingSince;
        return !thread.isAlive() || (since != NOT && System.nanoTime() - since >= time.toNanos());
    }

    /// Waits for the end of what it carries, however slow the peer is; but not for more when nothing has come
    /// for the given time, since something that was left in the background may keep the descriptor open.
    void drain(Duration silence) throws InterruptedException {
        while (!thread.join(LOOKED_AT_EVERY)) {
            if (isIdleFor(silence)) {
                source.close();
            }
        }
    }

    /// Waits for the end of what it carries; gives up when the peer takes nothing for the given time.
    ///
    /// @return whether all was taken
    boolean await(Duration patience) throws InterruptedException {
        while (!thread.join(patience.dividedBy(2))) {
            var since = handingOverSince;
            if (since != NOT && System.nanoTime() - since > patience.toNanos()) {
                thread.interrupt();
                source.close();
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        source.close();
    }
}
