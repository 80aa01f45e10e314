package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;

/// One stream of a client as its protocol carries it. For the connection's event loop, but [#channel()].
interface Wire {
    /// What a protocol writes ahead of the bytes in the same buffer finds room there, where the sender has left it.
    int HEADROOM_BYTES = 1;

    Channel channel();

    /// Takes the bytes over; the promise is kept when the kernel has them.
    void send(ByteBuf bytes, ChannelPromise sent);

    /// Nothing more will be sent on it. Idempotent.
    void finish();

    /// Neither side sends any more, where the protocol can say that of one stream. Idempotent.
    void reset();

    /// So many of the bytes that came on it are dealt with, and as many may follow.
    void dealtWith(int bytes);
}
