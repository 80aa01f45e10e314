package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What came on a stream and waits for the session's thread, which [#next(Client.Taker)] blocks. Small pieces are put
/// together, so that memory is bounded by the bytes that wait. Beyond a bound the connection is not read.
final class Inbound implements Receiver {
    /// With this much waiting the connection is no longer read; what one reading brings comes on top.
    static final int PAUSE_AT_BYTES = 512 * 1024;

    private static final int RESUME_AT_BYTES = 256 * 1024;

    /// The same when many streams are behind.
    private static final int TIGHT_PAUSE_AT_BYTES = 16 * 1024;

    /// The event loop, which is woken for it, is told of so much at once: less than what a client's window is opened
    /// by.
    private static final int TOLD_AT_BYTES = 64 * 1024;

    private static final int PIECE_BYTES = 8 * 1024;

    private final Wire wire;
    private final Gate gate;
    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private int waiting;

    /// What the event loop was not yet told of.
    private int dealtWith;

    private boolean isPaused;
    private boolean hasEnded;
    private boolean isLost;

    Inbound(Wire wire, Gate gate) {
        this.wire = wire;
        this.gate = gate;
    }

    @Override
    public synchronized void bytes(ByteBuf bytes) {
        var count = bytes.readableBytes();
        if (hasEnded || isLost || count == 0) {
            return;
        }
        append(bytes, wire.channel().alloc());
        waiting += count;
        gate.budget().take(count);
        var limit = gate.budget().isTight() ? TIGHT_PAUSE_AT_BYTES : PAUSE_AT_BYTES;
        if (waiting > limit && !isPaused) {
            isPaused = true;
            gate.close();
        }
        notifyAll();
    }

    private void append(ByteBuf bytes, ByteBufAllocator allocator) {
        var last = pieces.peekLast();
        if (last != null) {
            bytes.readBytes(last, Math.min(bytes.readableBytes(), last.writableBytes()));
        }
        if (bytes.isReadable()) {
            pieces.add(StreamBuffers.kept(bytes, PIECE_BYTES, allocator));
        }
    }

    @Override
    public synchronized void end() {
        hasEnded = true;
        notifyAll();
    }

    @Override
    public synchronized void lost() {
        isLost = true;
        pieces.forEach(piece -> gate.budget().giveBack(piece.readableBytes()));
        pieces.forEach(ByteBuf::release);
        pieces.clear();
        notifyAll();
    }

    /// Blocks until bytes came and hands them on; false at the end.
    boolean next(Client.Taker taker) throws IOException, InterruptedException {
        var piece = take();
        if (piece == null) {
            return false;
        }
        var count = piece.readableBytes();
        try {
            taker.take(piece.nioBuffer());
        } finally {
            piece.release();
            dealtWith(count);
        }
        return true;
    }

    private synchronized @Nullable ByteBuf take() throws IOException, InterruptedException {
        while (pieces.isEmpty()) {
            if (isLost) {
                throw new IOException("the client has gone");
            }
            if (hasEnded) {
                return null;
            }
            wait();
        }
        return pieces.poll();
    }

    private synchronized void dealtWith(int count) {
        waiting -= count;
        gate.budget().giveBack(count);
        dealtWith += count;
        var resume = isPaused
                && (waiting == 0
                        || (waiting <= RESUME_AT_BYTES && !gate.budget().isTight()));
        isPaused &= !resume;
        if (resume || dealtWith >= TOLD_AT_BYTES) {
            var told = dealtWith;
            dealtWith = 0;
            wire.channel().eventLoop().execute(() -> {
                wire.dealtWith(told);
                if (resume) {
                    gate.open();
                }
            });
        }
    }
}
