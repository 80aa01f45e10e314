package dev.carafe.runtime;

import dev.carafe.linux.Fd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;

/// Reads a pipe to its end on a thread of its own, keeping the first bytes. Closing it ends the reading.
final class Collected implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final Fd source;
    private final int maxBytes;
    private final Thread thread;
    private boolean truncated;

    private Collected(Fd source, int maxBytes) {
        this.source = source;
        this.maxBytes = maxBytes;
        thread = Thread.ofVirtual().unstarted(this::read);
    }

    static Collected from(Fd source, int maxBytes) {
        var collected = new Collected(source, maxBytes);
        collected.thread.start();
        return collected;
    }

    private void read() {
        var buffer = new byte[CHUNK_BYTES];
        try {
            for (var n = source.read(buffer, 0, buffer.length); n >= 0; n = source.read(buffer, 0, buffer.length)) {
                keep(buffer, n);
            }
        } catch (IOException closedByUs) {
            return;
        }
    }

    private synchronized void keep(byte[] buffer, int length) {
        var room = Math.min(length, maxBytes - kept.size());
        kept.write(buffer, 0, room);
        truncated |= room < length;
    }

    /// What came until the pipe's end, or until the time is over: somebody may keep the other end open for ever.
    byte[] end(Duration patience) throws InterruptedException {
        if (!thread.join(patience)) {
            source.close();
            thread.join();
        }
        return bytes();
    }

    private synchronized byte[] bytes() {
        return kept.toByteArray();
    }

    synchronized boolean truncated() {
        return truncated;
    }

    @Override
    public void close() {
        source.close();
    }
}
