package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Base64;

/// One channel of a WebSocket connection: the first byte of each message is its number. A channel has no end of its own
/// in this direction. For the connection's event loop.
final class WebSocketWire implements Wire {
    private final Channel channel;
    private final int number;
    private final boolean isBase64;

    WebSocketWire(Channel channel, int number, boolean isBase64) {
        this.channel = channel;
        this.number = number;
        this.isBase64 = isBase64;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public void send(ByteBuf bytes, ChannelPromise sent) {
        var _ = channel.writeAndFlush(message(bytes), sent);
    }

    private WebSocketFrame message(ByteBuf bytes) {
        if (!isBase64 && bytes.readerIndex() >= HEADROOM_BYTES) {
            var first = bytes.readerIndex() - HEADROOM_BYTES;
            return new BinaryWebSocketFrame(bytes.setByte(first, number).readerIndex(first));
        }
        try {
            return isBase64 ? new TextWebSocketFrame(base64(bytes)) : new BinaryWebSocketFrame(numbered(bytes));
        } finally {
            bytes.release();
        }
    }

    private ByteBuf numbered(ByteBuf bytes) {
        return channel.alloc()
                .directBuffer(HEADROOM_BYTES + bytes.readableBytes())
                .writeByte(number)
                .writeBytes(bytes);
    }

    private ByteBuf base64(ByteBuf bytes) {
        var plain = new byte[bytes.readableBytes()];
        bytes.readBytes(plain);
        var text = Base64.getEncoder().encode(plain);
        return channel.alloc()
                .directBuffer(1 + text.length)
                .writeByte('0' + number)
                .writeBytes(text);
    }

    /// What a text message holds behind the channel's number.
    static byte[] decoded(String text) {
        return Base64.getDecoder().decode(text);
    }

    @Override
    public void finish() {
        // The connection's end is the end of all.
    }

    @Override
    public void reset() {
        // As above.
    }

    @Override
    public void dealtWith(int bytes) {
        // TCP alone holds the client back.
    }
}
