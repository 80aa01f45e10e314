package dev.carafe.streaming;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// The listening socket and the connections that came through it, all on one event loop.
final class Listener implements AutoCloseable {
    /// From the connection to the end of its one request.
    private static final Duration ASKED_WITHIN = Duration.ofSeconds(30);

    private static final int MAX_LINE_BYTES = 4096;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_CHUNK_BYTES = 8 * 1024;

    /// A client whose host has gone is noticed after two minutes.
    private static final int KEEPALIVE_AFTER_SECONDS = 60;

    private static final int KEEPALIVE_EVERY_SECONDS = 15;
    private static final int KEEPALIVE_PROBES = 4;

    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(3);

    private final StreamingSettings settings;
    private final Tokens tokens = new Tokens(() -> Instant.EPOCH.plusNanos(System.nanoTime()));
    private final Served server;
    private final @Nullable TlsFiles tls;
    private final EventLoopGroup loop;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable Channel socket;

    private Listener(StreamingSettings settings, Sessions sessions) throws IOException {
        this.settings = settings;
        server = new Served(sessions, new Budget());
        tls = settings.tls().isPresent()
                ? TlsFiles.open("streams", settings.tls().get())
                : null;
        // Made by the first request, whose fields in the log are not the loop's.
        var thread = Thread.ofPlatform()
                .name("streaming")
                .daemon()
                .inheritInheritableThreadLocals(false)
                .factory();
        loop = new MultiThreadIoEventLoopGroup(1, thread, NioIoHandler.newFactory());
    }

    static Listener bind(StreamingSettings settings, Sessions sessions) throws IOException {
        var listener = new Listener(settings, sessions);
        try {
            listener.bind();
            return listener;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private void bind() throws IOException {
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, StreamBuffers.ALLOCATOR)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, StreamBuffers.readings())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEPALIVE_AFTER_SECONDS)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), KEEPALIVE_EVERY_SECONDS)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KEEPALIVE_PROBES)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        begin(connection);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getByName(address()), settings.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "can't serve streams on " + settings.address() + " port " + settings.port() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        socket = bound.channel();
    }

    /// Without the brackets that an IPv6 address may have.
    private String address() {
        var address = settings.address();
        return address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
    }

    private void begin(SocketChannel connection) {
        if (connections.size() >= StreamingServer.MAX_CONNECTIONS) {
            var _ = connection.close();
            return;
        }
        connections.add(connection);
        var pipeline = connection.pipeline();
        if (tls != null) {
            pipeline.addLast(tls.current().newHandler(connection.alloc()));
        }
        if (!settings.idleTimeout().isZero()) {
            var idle = settings.idleTimeout().toMillis();
            pipeline.addLast(new IdleStateHandler(0, 0, idle, TimeUnit.MILLISECONDS), new CloseIdle());
        }
        pipeline.addLast(
                new HttpServerCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES), new Upgrade(tokens, server));
        var limit = connection
                .eventLoop()
                .schedule(() -> closeUnlessAsked(connection), ASKED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        connection.closeFuture().addListener(_ -> limit.cancel(false));
    }

    private static void closeUnlessAsked(SocketChannel connection) {
        if (connection.pipeline().get(Upgrade.class) != null) {
            var _ = connection.close();
        }
    }

    private static final class CloseIdle extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                var _ = context.close();
            } else {
                context.fireUserEventTriggered(event);
            }
        }
    }

    /// The URL for one client.
    String grant(Request request) throws TooManyStreamsException {
        if (connections.size() >= StreamingServer.MAX_CONNECTIONS) {
            throw new TooManyStreamsException(StreamingServer.MAX_CONNECTIONS
                    + " streams are open, which is as many as there may be; close some");
        }
        return base() + Upgrade.path(request) + tokens.grant(request);
    }

    /// The URL without a path.
    private String base() {
        if (socket == null) {
            throw new IllegalStateException("not bound");
        }
        var port = ((InetSocketAddress) socket.localAddress()).getPort();
        var address = address();
        var host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
        return (tls == null ? "http://" : "https://") + host + ":" + port;
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close().awaitUninterruptibly(CLOSED_WITHIN.toMillis());
        }
        connections.close().awaitUninterruptibly(CLOSED_WITHIN.toMillis());
        loop.shutdownGracefully(0, CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSED_WITHIN.toMillis());
    }
}
