package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;

/// Who is told of what comes on a stream of a client. Called on the connection's event loop.
interface Receiver {
    /// The bytes stay the caller's. Who takes them says [Wire#dealtWith(int)] later.
    void bytes(ByteBuf bytes);

    /// The client sends no more on it.
    void end();

    /// The stream or its connection broke off.
    void lost();
}
