package dev.carafe.streaming.client;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Asks a server to go over to WebSocket, with one of some subprotocols.
final class WebSocketUpgrade<T> extends ChannelInboundHandlerAdapter {
    /// Of a message's part.
    private static final int FRAME_BYTES = 1024 * 1024;

    /// Of a refusal.
    private static final int REFUSAL_BYTES = 64 * 1024;

    private final WebSocketClientHandshaker handshaker;
    private final Opened<T> opened;
    private final CompletableFuture<T> ready;

    private WebSocketUpgrade(WebSocketClientHandshaker handshaker, Opened<T> opened, CompletableFuture<T> ready) {
        this.handshaker = handshaker;
        this.opened = opened;
        this.ready = ready;
    }

    /// Adds to the end of the pipeline who takes the messages from then on.
    @FunctionalInterface
    interface Opened<T> {
        T open(ChannelHandlerContext context, String protocol);
    }

    static <T> List<ChannelHandler> handlers(URI url, String protocols, Opened<T> opened, CompletableFuture<T> ready) {
        var handshaker = WebSocketClientHandshakerFactory.newHandshaker(
                url, WebSocketVersion.V13, protocols, false, new DefaultHttpHeaders(), FRAME_BYTES);
        return List.of(
                new HttpClientCodec(),
                new HttpObjectAggregator(REFUSAL_BYTES),
                new WebSocketClientProtocolHandler(handshaker),
                new WebSocketUpgrade<>(handshaker, opened, ready));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            var protocol = handshaker.actualSubprotocol();
            if (protocol == null) {
                ready.completeExceptionally(new IOException("the server speaks none of our protocols"));
                var _ = context.close();
                return;
            }
            ready.complete(opened.open(context, protocol));
            context.pipeline().remove(this);
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ready.completeExceptionally(
                cause instanceof WebSocketClientHandshakeException refused && refused.response() != null
                        ? new IOException(
                                "the server answered " + refused.response().status())
                        : cause);
        var _ = context.close();
    }
}
