package dev.carafe.streaming.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// The streams of exec and attach as channels of a WebSocket, whose numbers begin its messages.
final class WebSocketCarrier extends ChannelInboundHandlerAdapter implements Carrier {
    /// The first version in which a channel can end before the connection does.
    private static final String FIFTH = "v5.channel.k8s.io";

    static final String PROTOCOLS = FIFTH + ",v4.channel.k8s.io";

    /// Before the number of a channel that ends; of the fifth version.
    private static final int CLOSE_CHANNEL = 255;

    private final Inbox inbox;
    private final ChannelHandlerContext context;
    private final boolean canFinish;
    private @Nullable StreamKind current;

    /// @param context after the handler that has done the handshake
    WebSocketCarrier(ChannelHandlerContext context, String protocol, Inbox inbox) {
        this.context = context;
        this.canFinish = protocol.equals(FIFTH);
        this.inbox = inbox;
    }

    @Override
    public ChannelFuture send(StreamKind stream, ByteBuf bytes) {
        var number = context.alloc().buffer(1).writeByte(stream.ordinal());
        return context.channel().writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(number, bytes)));
    }

    @Override
    public void finish(StreamKind stream) {
        if (canFinish) {
            var message = context.alloc().buffer(2).writeByte(CLOSE_CHANNEL).writeByte(stream.ordinal());
            var _ = context.channel().writeAndFlush(new BinaryWebSocketFrame(message));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        switch (message) {
            case BinaryWebSocketFrame first -> {
                current = first.content().isReadable() ? kind(first.content().readUnsignedByte()) : null;
                took(first);
            }
            case ContinuationWebSocketFrame next -> took(next);
            default -> ReferenceCountUtil.release(message);
        }
    }

    private static @Nullable StreamKind kind(int number) {
        return number < StreamKind.values().length ? StreamKind.values()[number] : null;
    }

    private void took(WebSocketFrame frame) {
        if (current == null || !frame.content().isReadable()) {
            frame.release();
        } else {
            inbox.put(current, frame.content());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        inbox.end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        var _ = failed.close();
    }
}
