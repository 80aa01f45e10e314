package dev.carafe.registry;

import dev.carafe.registry.TransportException.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Puts what speaks HTTP at the end of a new channel: HTTP/2 where TLS has agreed on it (RFC 7301), else HTTP/1.1.
/// All but [#await] belongs to the event loop.
final class Negotiation extends ChannelInitializer<Channel> {
    static final String HTTP1 = "http/1.1";
    static final String HTTP2 = "h2";

    private static final int LONGEST_STATUS_LINE = 4 * 1024;
    private static final int LARGEST_HEADER_BYTES = 64 * 1024;
    /// Content is passed on in the pieces in which it was read from the socket.
    private static final int LARGEST_CHUNK_BYTES = 1024 * 1024;

    private final Opening opening;
    private final Handshakes handshakes;
    private final Content first;
    private final Pools pools;
    private final CompletableFuture<Connection> agreed = new CompletableFuture<>();

    /// What the connection belongs to.
    ///
    /// @param longestSilence after which a registry that owes an answer is asked whether it is still there
    record Pools(IdleConnections idle, SharedConnections shared, Duration longestSilence) {}

    /// @param first of the exchange that the connection is opened for
    Negotiation(Opening opening, Handshakes handshakes, Content first, Pools pools) {
        this.opening = opening;
        this.handshakes = handshakes;
        this.first = first;
        this.pools = pools;
    }

    @Override
    protected void initChannel(Channel channel) {
        handshakes.handlers().forEach(channel.pipeline()::addLast);
        if (handshakes.origin().isPresent()) {
            channel.pipeline().addLast(new Handover());
        } else {
            agreed.complete(http1(channel));
        }
    }

    /// Stands at the end until TLS with the origin, which a proxy's may come before, has agreed on a protocol.
    private final class Handover extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            var tls = handshakes.origin().orElseThrow();
            if (event instanceof SslHandshakeCompletionEvent
                    && tls.handshakeFuture().isSuccess()) {
                var protocol = tls.engine().getApplicationProtocol();
                var connection = HTTP2.equals(protocol) ? http2(context.channel()) : http1(context.channel());
                context.pipeline().remove(this);
                agreed.complete(connection);
            }
        }

        /// Of a handshake, whose end is awaited.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            agreed.completeExceptionally(new ClosedChannelException());
        }
    }

    private Connection http1(Channel channel) {
        var connection = new Http1Connection(opening.route(), opening.forwarder(), pools.idle, channel);
        channel.pipeline()
                .addLast(new HttpClientCodec(
                        new HttpDecoderConfig()
                                .setMaxInitialLineLength(LONGEST_STATUS_LINE)
                                .setMaxHeaderSize(LARGEST_HEADER_BYTES)
                                .setMaxChunkSize(LARGEST_CHUNK_BYTES),
                        HttpClientCodec.DEFAULT_PARSE_HTTP_AFTER_CONNECT_REQUEST,
                        HttpClientCodec.DEFAULT_FAIL_ON_MISSING_RESPONSE))
                .addLast(connection);
        return connection;
    }

    private Connection http2(Channel channel) {
        var connection = new Http2Connection(opening.route(), channel, pools.shared);
        pools.shared.add(connection, first);
        channel.pipeline()
                .addLast(new IdleStateHandler(pools.longestSilence.toMillis(), 0, 0, TimeUnit.MILLISECONDS))
                .addLast(Http2Codec.client())
                .addLast(connection);
        var _ = channel.writeAndFlush(new DefaultHttp2WindowUpdateFrame(Http2Codec.CONNECTION_WINDOW_GROWTH_BYTES));
        channel.read();
        return connection;
    }

    /// What was agreed on, once the handshakes are over.
    Connection await(Duration limit) throws TransportException, InterruptedException {
        try {
            return agreed.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new TransportException(
                    Kind.UNREACHABLE, opening.subject() + ": the connection was cut off before a request", e);
        }
    }
}
