package dev.carafe.streaming.client;

import dev.carafe.streaming.Streams;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Opens what the URLs of Exec, Attach and PortForward stand for, each of which is good once. All connections share one
/// thread. Safe for all threads.
public final class StreamingClient implements AutoCloseable {
    private static final String SPDY_TUNNEL = "SPDY/3.1+" + RemotePorts.PROTOCOL;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Connecting connecting;

    /// @param tls for https
    public StreamingClient(SslContext tls) {
        connecting = new Connecting(loop, tls);
    }

    /// Of exec or attach.
    ///
    /// @param streams as they were asked for when the URL was given
    public RemoteStreams streams(URI url, Transport transport, Streams streams)
            throws IOException, InterruptedException {
        return switch (transport) {
            case SPDY -> spdyStreams(url, streams);
            case WEBSOCKET -> webSocketStreams(url);
        };
    }

    private RemoteStreams spdyStreams(URI url, Streams streams) throws IOException, InterruptedException {
        var session = new SpdySession(() -> {});
        var channel = spdy(url, SpdyCarrier.PROTOCOLS, session);
        var inbox = new Inbox(channel);
        var carrier = channel.eventLoop()
                .submit(() -> SpdyCarrier.open(session, streams, inbox))
                .sync()
                .getNow();
        channel.closeFuture().addListener(_ -> inbox.end());
        return new RemoteStreams(channel, carrier, inbox);
    }

    private Channel spdy(URI url, String protocol, SpdySession session) throws IOException, InterruptedException {
        var ready = new CompletableFuture<Channel>();
        return connecting.open(url, SpdyUpgrade.handlers(url, protocol, session, ready), ready);
    }

    private RemoteStreams webSocketStreams(URI url) throws IOException, InterruptedException {
        var ready = new CompletableFuture<RemoteStreams>();
        WebSocketUpgrade.Opened<RemoteStreams> opened = (context, protocol) -> {
            var inbox = new Inbox(context.channel());
            var carrier = new WebSocketCarrier(context, protocol, inbox);
            context.pipeline().addLast(carrier);
            return new RemoteStreams(context.channel(), carrier, inbox);
        };
        return connecting.open(
                url, WebSocketUpgrade.handlers(webSocket(url), WebSocketCarrier.PROTOCOLS, opened, ready), ready);
    }

    private static URI webSocket(URI url) {
        return URI.create(url.toString().replaceFirst("^http", "ws"));
    }

    public RemotePorts ports(URI url, Transport transport) throws IOException, InterruptedException {
        var lost = new CompletableFuture<Void>();
        var session = new SpdySession(() -> lost.complete(null));
        switch (transport) {
            case SPDY -> spdy(url, RemotePorts.PROTOCOL, session);
            case WEBSOCKET -> tunnel(url, session);
        }
        return new RemotePorts(session, lost);
    }

    private void tunnel(URI url, SpdySession session) throws IOException, InterruptedException {
        var ready = new CompletableFuture<Channel>();
        WebSocketUpgrade.Opened<Channel> opened = (context, _) -> {
            context.pipeline().addLast(new TunnelCodec());
            SpdyUpgrade.addSpdy(context, session);
            return context.channel();
        };
        connecting.open(url, WebSocketUpgrade.handlers(webSocket(url), SPDY_TUNNEL, opened, ready), ready);
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
