package dev.carafe.registry;

import dev.carafe.registry.TransportException.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The answer to one request on its way from the event loop, which fills it, to the one thread that asked, which
/// blocks until there is something. What waits in between is bounded: with HTTP/1.1 the socket is no longer read when
/// it is too much, with HTTP/2 the registry may send only what the window allows.
final class Exchange {
    /// Counted by the memory that the chunks keep alive, not by their bytes.
    static final int MOST_QUEUED_BYTES = 1024 * 1024;

    private static final int SMALLEST_COPY_BYTES = 8 * 1024;
    private static final int RESUME_BELOW_BYTES = MOST_QUEUED_BYTES / 2;

    private final Origin origin;
    private final Source source;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuf> chunks = new ArrayDeque<>();
    private @Nullable HttpResponse head;
    private @Nullable TransportException failure;
    private int queuedBytes;
    private boolean paused;
    private boolean ended;
    private boolean dropped;
    private boolean hasStalled;

    /// Where the answer comes from. Called by the thread that asked.
    interface Source {
        /// So many bytes wait no longer.
        ///
        /// @param wantsMore after [#wantsMore] has said no
        void taken(int bytes, boolean wantsMore);

        /// The rest of the answer is not wanted.
        ///
        /// @param hasStalled since it did not come in time
        void giveUp(boolean hasStalled);
    }

    Exchange(Origin origin, Source source) {
        this.origin = origin;
        this.source = source;
    }

    // Called by the event loop.

    void begin(HttpResponse response) {
        change(() -> head = response);
    }

    /// Takes the chunk over.
    void add(ByteBuf chunk) {
        change(() -> {
            if (dropped || !chunk.isReadable()) {
                chunk.release();
            } else {
                chunks.add(chunk);
                queuedBytes += footprint(chunk);
            }
        });
    }

    /// Copies the bytes, so that what waits takes little more memory than they do, in however small pieces they come.
    void append(ByteBuf bytes) {
        change(() -> {
            if (dropped || !bytes.isReadable()) {
                return;
            }
            var last = chunks.peekLast();
            if (last == null || last.writableBytes() < bytes.readableBytes()) {
                last = Unpooled.directBuffer(Math.max(bytes.readableBytes(), SMALLEST_COPY_BYTES));
                chunks.add(last);
                queuedBytes += last.capacity();
            }
            last.writeBytes(bytes);
        });
    }

    void end() {
        change(() -> ended = true);
    }

    void fail(Kind kind, String what, Throwable cause) {
        change(() -> failure = failure == null ? new TransportException(kind, origin + what, cause) : failure);
    }

    /// Its connection ended as the event loop was told.
    void failAtConnection(Throwable cause) {
        if (cause.getCause() instanceof SSLException refused) {
            // With TLS 1.3 a server says only now that it wants another client certificate.
            fail(Kind.UNTRUSTED, ": no TLS: " + Shown.of(String.valueOf(refused.getMessage())), refused);
        } else {
            fail(Kind.BROKEN, ": the connection broke", cause);
        }
    }

    /// Whether the socket should be read on; after a no, the reader does it when it has caught up.
    boolean wantsMore() {
        lock.lock();
        try {
            paused = queuedBytes >= MOST_QUEUED_BYTES;
            return !paused;
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable step) {
        lock.lock();
        try {
            step.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // Called by the thread that asked.

    HttpResponse awaitHead(Duration limit) throws TransportException, InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = limit.toNanos();
            while (head == null && failure == null) {
                if (left <= 0) {
                    throw stalled("no answer within " + limit.toMillis() + " ms");
                }
                left = changed.awaitNanos(left);
            }
            if (head == null) {
                throw failure;
            }
            return head;
        } finally {
            lock.unlock();
        }
    }

    /// The next bytes, now the caller's to release; none at the end. What came before a failure is given before it.
    ByteBuf next(Duration limit) throws TransportException, InterruptedException {
        ByteBuf chunk;
        boolean resume;
        lock.lockInterruptibly();
        try {
            awaitChunk(limit);
            if (chunks.isEmpty()) {
                if (failure != null) {
                    throw failure;
                }
                return Unpooled.EMPTY_BUFFER;
            }
            chunk = chunks.remove();
            queuedBytes -= footprint(chunk);
            resume = paused && queuedBytes < RESUME_BELOW_BYTES;
            paused = paused && !resume;
        } finally {
            lock.unlock();
        }
        source.taken(chunk.readableBytes(), resume);
        return chunk;
    }

    private void awaitChunk(Duration limit) throws TransportException, InterruptedException {
        var left = limit.toNanos();
        while (chunks.isEmpty() && !ended && failure == null) {
            if (left <= 0) {
                throw stalled("stalled in the middle of an answer");
            }
            left = changed.awaitNanos(left);
        }
    }

    /// Lets go of what is queued, and of the connection unless the answer has come to its end. Idempotent.
    void drop() {
        lock.lock();
        try {
            dropped = true;
            chunks.forEach(ByteBuf::release);
            chunks.clear();
            queuedBytes = 0;
            if (ended) {
                return;
            }
        } finally {
            lock.unlock();
        }
        source.giveUp(hasStalled);
    }

    private TransportException stalled(String what) {
        hasStalled = true;
        return new TransportException(Kind.STALLED, origin + ": " + what);
    }

    private static int footprint(ByteBuf chunk) {
        var whole = chunk;
        for (var inner = whole.unwrap(); inner != null; inner = whole.unwrap()) {
            whole = inner;
        }
        return whole.capacity();
    }
}
