package dev.carafe.streaming;

import io.netty.channel.Channel;

/// Whether a connection is read: not as long as one of its streams has more waiting than it may. For the connection's
/// event loop.
final class Gate {
    private final Channel channel;
    private final Budget budget;
    private int closed;

    Gate(Channel channel, Budget budget) {
        this.channel = channel;
        this.budget = budget;
    }

    /// What its streams hold counts there.
    Budget budget() {
        return budget;
    }

    void close() {
        closed++;
        channel.config().setAutoRead(false);
    }

    void open() {
        closed--;
        channel.config().setAutoRead(closed == 0);
    }
}
