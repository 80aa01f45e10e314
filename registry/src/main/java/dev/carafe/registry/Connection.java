package dev.carafe.registry;

import io.netty.channel.Channel;

/// What requests are sent on.
sealed interface Connection permits Http1Connection, Http2Connection {
    Route route();

    Channel channel();

    /// From any thread, by whom it was given to for one exchange.
    Exchange send(Request request);
}
