package dev.carafe.streaming.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Optional;

/// What came and was not yet taken. As long as that is much, nothing more is read from the connection. Filled by the
/// connection's event loop, emptied by one thread.
final class Inbox {
    private static final int PAUSE_AT_BYTES = 1024 * 1024;
    private static final int RESUME_AT_BYTES = 256 * 1024;

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private final Channel channel;
    private int waitingBytes;
    private boolean isOver;

    Inbox(Channel channel) {
        this.channel = channel;
    }

    /// @param bytes belong to who took the piece
    record Piece(StreamKind stream, ByteBuf bytes) {}

    /// Takes the bytes over.
    synchronized void put(StreamKind stream, ByteBuf bytes) {
        if (isOver) {
            bytes.release();
            return;
        }
        pieces.add(new Piece(stream, bytes));
        waitingBytes += bytes.readableBytes();
        if (waitingBytes > PAUSE_AT_BYTES) {
            channel.config().setAutoRead(false);
        }
        notifyAll();
    }

    /// Nothing more will come. Idempotent.
    synchronized void end() {
        isOver = true;
        notifyAll();
    }

    /// Waits for the next; empty when all was taken and nothing more comes.
    synchronized Optional<Piece> take() throws InterruptedException {
        while (pieces.isEmpty() && !isOver) {
            wait();
        }
        var piece = Optional.ofNullable(pieces.poll());
        piece.ifPresent(taken -> waitingBytes -= taken.bytes.readableBytes());
        if (waitingBytes <= RESUME_AT_BYTES && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
        return piece;
    }

    /// What was not taken is given back.
    synchronized void clear() {
        isOver = true;
        pieces.forEach(piece -> piece.bytes.release());
        pieces.clear();
    }
}
