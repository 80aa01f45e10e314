package dev.carafe.daemon.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Sockets on which one service is served, on an event loop of their own.
public final class HttpListener implements AutoCloseable {
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(3);

    private final HttpService service;
    private final Optional<Supplier<SslContext>> tls;
    private final EventLoopGroup loop;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /// @param tls what each new connection begins with; empty: none
    public HttpListener(String name, HttpService service, Optional<Supplier<SslContext>> tls) {
        this.service = service;
        this.tls = tls;
        var thread = Thread.ofPlatform()
                .name(name)
                .daemon()
                .inheritInheritableThreadLocals(false)
                .factory();
        this.loop = new MultiThreadIoEventLoopGroup(1, thread, EpollIoHandler.newFactory());
    }

    /// @param address with or without the brackets that an IPv6 address may have
    /// @param port 0: any that is free
    /// @return the port
    public int listen(String address, int port) throws IOException {
        var bare =
                address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
        var place = new InetSocketAddress(InetAddress.getByName(bare), port);
        return ((InetSocketAddress) bind(EpollServerSocketChannel.class, place).localAddress()).getPort();
    }

    /// @param socket there must be nothing
    public void listen(Path socket) throws IOException {
        bind(EpollServerDomainSocketChannel.class, new DomainSocketAddress(socket.toFile()));
    }

    private Channel bind(Class<? extends ServerChannel> kind, SocketAddress place) throws IOException {
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(kind)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        begin(connection);
                    }
                })
                .bind(place)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "can't listen on " + place + ": " + bound.cause().getMessage(), bound.cause());
        }
        channels.add(bound.channel());
        return bound.channel();
    }

    private void begin(Channel connection) {
        channels.add(connection);
        tls.ifPresent(context -> connection.pipeline().addLast(context.get().newHandler(connection.alloc())));
        service.serve(connection);
    }

    @Override
    public void close() {
        channels.close().awaitUninterruptibly(CLOSED_WITHIN.toMillis());
        loop.shutdownGracefully(0, CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSED_WITHIN.toMillis());
    }
}
