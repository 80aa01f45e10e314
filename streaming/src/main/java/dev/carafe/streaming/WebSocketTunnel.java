package dev.carafe.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/// Carries another protocol's bytes in binary messages, whose borders mean nothing. For its event loop.
final class WebSocketTunnel extends ChannelDuplexHandler {
    private static final int MAX_ANSWERS_WAITING = 100;

    private int answersWaiting;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (message) {
            case BinaryWebSocketFrame bytes -> context.fireChannelRead(bytes.content());
            case ContinuationWebSocketFrame bytes -> context.fireChannelRead(bytes.content());
            case PingWebSocketFrame ping -> pong(context, ping);
            case CloseWebSocketFrame close -> context.writeAndFlush(close).addListener(ChannelFutureListener.CLOSE);
            case WebSocketFrame other -> other.release();
            default -> context.fireChannelRead(message);
        }
    }

    private void pong(ChannelHandlerContext context, PingWebSocketFrame ping) {
        if (++answersWaiting > MAX_ANSWERS_WAITING) {
            ping.release();
            var _ = context.close();
            return;
        }
        context.writeAndFlush(new PongWebSocketFrame(ping.content())).addListener(_ -> answersWaiting--);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var _ = context.write(message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message, promise);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
