package dev.carafe.streaming.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;

/// Streams of one session on a connection. Safe for all threads.
interface Carrier {
    /// Takes the bytes over.
    ChannelFuture send(StreamKind stream, ByteBuf bytes);

    /// Nothing more comes on the stream. Where the protocol can't say so, nothing happens.
    void finish(StreamKind stream);
}
