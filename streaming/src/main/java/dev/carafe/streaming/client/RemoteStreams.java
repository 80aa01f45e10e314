package dev.carafe.streaming.client;

import dev.carafe.streaming.TerminalSize;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/// The streams of a command in a container, or of a container, from afar. One thread may write and end the input,
/// another receive; resizes are for any.
public final class RemoteStreams implements AutoCloseable {
    /// Written, but not yet taken by the kernel.
    private static final int IN_FLIGHT_BYTES = 512 * 1024;

    private static final int CHUNK_BYTES = 32 * 1024;

    /// Of the object that says how it ended.
    private static final int STATUS_BYTES = 64 * 1024;

    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_BYTES);
    private final Channel channel;
    private final Carrier carrier;
    private final Inbox inbox;

    RemoteStreams(Channel channel, Carrier carrier, Inbox inbox) {
        this.channel = channel;
        this.carrier = carrier;
        this.inbox = inbox;
    }

    /// To the other end's standard input. Blocks while too much is under way.
    ///
    /// @throws IOException when the connection has ended
    public void write(byte[] bytes, int offset, int length) throws IOException, InterruptedException {
        for (var done = 0; done < length; ) {
            var count = Math.min(CHUNK_BYTES, length - done);
            inFlight.acquire(count);
            if (!channel.isActive()) {
                throw new IOException("the connection has ended");
            }
            var chunk = channel.alloc().directBuffer(count).writeBytes(bytes, offset + done, count);
            carrier.send(StreamKind.STDIN, chunk).addListener(_ -> inFlight.release(count));
            done += count;
        }
    }

    /// Nothing more is written. With servers that only know the fourth version of WebSocket's protocol the other end
    /// does not hear of it.
    public void endInput() {
        carrier.finish(StreamKind.STDIN);
    }

    public void resize(TerminalSize size) {
        var text = "{\"Width\":" + size.columns() + ",\"Height\":" + size.rows() + "}\n";
        var _ = carrier.send(StreamKind.RESIZE, Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /// Hands out what comes until the other end has ended. While the receivers block, the other end's output waits.
    ///
    /// @return the Status object of Kubernetes' API that says how it ended; empty when the connection broke off
    public byte[] receive(OutputStream out, OutputStream err) throws IOException, InterruptedException {
        var status = new ByteArrayOutputStream();
        for (var piece = inbox.take(); piece.isPresent(); piece = inbox.take()) {
            var bytes = piece.get().bytes();
            try {
                switch (piece.get().stream()) {
                    case STDOUT -> bytes.readBytes(out, bytes.readableBytes());
                    case STDERR -> bytes.readBytes(err, bytes.readableBytes());
                    case ERROR ->
                        bytes.readBytes(status, Math.min(bytes.readableBytes(), STATUS_BYTES - status.size()));
                    case STDIN, RESIZE -> {
                        // A server sends nothing on these.
                    }
                }
            } finally {
                bytes.release();
            }
        }
        out.flush();
        err.flush();
        return status.toByteArray();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        inbox.clear();
    }
}
