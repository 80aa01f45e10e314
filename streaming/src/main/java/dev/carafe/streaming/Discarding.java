package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;

/// Drops what a client sends on a stream that it only reads.
final class Discarding implements Receiver {
    private final Wire wire;
    private final Runnable lost;

    /// @param lost called when the stream breaks off
    Discarding(Wire wire, Runnable lost) {
        this.wire = wire;
        this.lost = lost;
    }

    @Override
    public void bytes(ByteBuf bytes) {
        wire.dealtWith(bytes.readableBytes());
    }

    @Override
    public void end() {
        // It need not say anything on a stream that it reads.
    }

    @Override
    public void lost() {
        lost.run();
    }
}
