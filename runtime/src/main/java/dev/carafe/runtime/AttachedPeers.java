package dev.carafe.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// Who is attached to a container's output. Each gets all that comes while it is: who takes nothing for a while
/// holds up the container and the others for so long, and is sent away. Safe for all threads.
final class AttachedPeers {
    static final Duration TAKES_WITHIN = Duration.ofSeconds(10);

    /// Of what one of them has not taken yet.
    private static final int MOST_CHUNKS = 8;

    private final Duration takesWithin;
    private final List<Attached> peers = new CopyOnWriteArrayList<>();
    private boolean over;

    /// @param takesWithin how long one may hold up the others
    AttachedPeers(Duration takesWithin) {
        this.takesWithin = takesWithin;
    }

    private record Chunk(CriLog.Stream stream, ByteBuffer bytes, boolean last) {
        private static final Chunk LAST = new Chunk(CriLog.Stream.STDOUT, ByteBuffer.allocateDirect(0), true);
    }

    /// One of them, on the thread that has made it.
    static final class Attached {
        private final BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(MOST_CHUNKS);
        private final Thread thread = Thread.currentThread();
        private boolean waits = true;
        private boolean sentAway;

        /// False when it has been sent away; nobody interrupts its thread from then on.
        synchronized boolean leave() {
            waits = false;
            return !sentAway;
        }

        synchronized void sendAway() {
            if (waits) {
                sentAway = true;
                thread.interrupt();
            }
        }
    }

    /// From now on what comes is kept for the calling thread, which has to [#serve].
    Attached join() {
        var attached = new Attached();
        synchronized (this) {
            if (over) {
                attached.chunks.add(Chunk.LAST);
            } else {
                peers.add(attached);
            }
        }
        return attached;
    }

    /// Hands over what has come since it joined, until the container's output ends.
    ///
    /// @throws IOException when the peer has gone or was sent away
    void serve(Attached attached, StreamPeer peer) throws IOException, InterruptedException {
        try {
            handOver(attached, peer);
        } catch (IOException | InterruptedException e) {
            if (attached.leave()) {
                throw e;
            }
        } finally {
            peers.remove(attached);
        }
        if (!attached.leave()) {
            var _ = Thread.interrupted(); // that of being sent away
            throw sentAway(takesWithin);
        }
    }

    static IOException sentAway(Duration takesWithin) {
        return new IOException(
                "detached: the client took nothing for " + takesWithin.toSeconds() + " s, which held up the container");
    }

    private static void handOver(Attached attached, StreamPeer peer) throws IOException, InterruptedException {
        while (true) {
            var chunk = attached.chunks.take();
            if (chunk.last) {
                return;
            }
            switch (chunk.stream) {
                case STDOUT -> peer.writeOutput(chunk.bytes);
                case STDERR -> peer.writeError(chunk.bytes);
            }
        }
    }

    /// Gives all who are attached what the buffer holds, and takes nothing from it.
    void tell(CriLog.Stream stream, ByteBuffer bytes) throws InterruptedException {
        for (var attached : peers) {
            var copy = ByteBuffer.allocateDirect(bytes.remaining())
                    .put(bytes.duplicate())
                    .flip();
            give(attached, new Chunk(stream, copy, false));
        }
    }

    private void give(Attached attached, Chunk chunk) throws InterruptedException {
        if (!attached.chunks.offer(chunk, takesWithin.toMillis(), TimeUnit.MILLISECONDS)) {
            peers.remove(attached);
            attached.sendAway();
        }
    }

    /// No more comes.
    void end() throws InterruptedException {
        synchronized (this) {
            over = true;
        }
        for (var attached : peers) {
            give(attached, Chunk.LAST);
        }
    }
}
