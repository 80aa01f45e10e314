package dev.carafe.ttrpc;

import dev.carafe.linux.Fd;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// What is on its way to the other side of a connection, which may read as slowly as it likes: nobody waits for
/// it. Safe for all threads.
public final class Outgoing {
    /// Messages that the other side has not read pile up to so many.
    private static final int MOST_UNSENT = 64;

    private static final byte[] END = {};

    private final Fd socket;
    private final BlockingQueue<byte[]> unsent = new ArrayBlockingQueue<>(MOST_UNSENT);
    private volatile boolean closed;

    public Outgoing(Fd socket) {
        this.socket = socket;
    }

    /// False when there is no room, since the other side does not read.
    public boolean offer(byte[] message) {
        return unsent.offer(message);
    }

    /// Writes what is offered, in order, until the socket fails or it is ended.
    public void write() throws IOException, InterruptedException {
        while (!closed) {
            socket.write(unsent.take());
        }
    }

    /// Once the socket is closed. Idempotent.
    public void end() {
        closed = true;
        var _ = unsent.offer(END); // wakes the writer
    }
}
