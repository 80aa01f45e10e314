package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Sends a session's output on a stream, and blocks its thread while the client is behind. For one thread at a time.
final class Outbound {
    /// What may be on its way to the kernel.
    static final int IN_FLIGHT_BYTES = 512 * 1024;

    private static final int CHUNK_BYTES = 64 * 1024;

    /// The same when many streams are behind.
    private static final int TIGHT_BYTES = 8 * 1024;

    private final Wire wire;
    private final Budget budget;
    private int inFlight;
    private boolean isLost;

    Outbound(Wire wire, Budget budget) {
        this.wire = wire;
        this.budget = budget;
    }

    void write(ByteBuffer bytes) throws IOException, InterruptedException {
        while (bytes.hasRemaining()) {
            var count = Math.min(bytes.remaining(), budget.isTight() ? TIGHT_BYTES : CHUNK_BYTES);
            reserve(count);
            var size = Wire.HEADROOM_BYTES + count;
            var chunk = wire.channel().alloc().directBuffer(size, size);
            chunk.setIndex(Wire.HEADROOM_BYTES, Wire.HEADROOM_BYTES).writeBytes(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            send(chunk, count);
        }
    }

    private void send(ByteBuf chunk, int count) throws IOException {
        var channel = wire.channel();
        var sent = channel.newPromise();
        sent.addListener(done -> sent((ChannelFuture) done, count));
        try {
            channel.eventLoop().execute(() -> wire.send(chunk, sent));
        } catch (RuntimeException stopped) {
            chunk.release();
            throw new IOException("the server has stopped", stopped);
        }
    }

    private synchronized void reserve(int count) throws IOException, InterruptedException {
        while (!isLost && inFlight > 0 && inFlight + count > (budget.isTight() ? TIGHT_BYTES : IN_FLIGHT_BYTES)) {
            wait();
        }
        requireClient();
        inFlight += count;
        budget.take(count);
    }

    private void requireClient() throws IOException {
        if (isLost) {
            throw new IOException("the client has gone");
        }
    }

    private synchronized void sent(ChannelFuture done, int count) {
        inFlight -= count;
        budget.giveBack(count);
        isLost |= !done.isSuccess();
        // The session's thread is not woken for every chunk: it goes on when there is room for several.
        if (isLost || inFlight <= IN_FLIGHT_BYTES / 2) {
            notifyAll();
        }
    }

    /// Blocks until the kernel has all that was written.
    synchronized void drain() throws IOException, InterruptedException {
        while (!isLost && inFlight > 0) {
            wait();
        }
        requireClient();
    }

    /// The stream or its connection broke off.
    synchronized void lost() {
        isLost = true;
        notifyAll();
    }
}
