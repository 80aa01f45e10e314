package dev.carafe.registry;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The threads that serve all sockets: epoll, or NIO where its library can't be loaded.
record EventLoops(EventLoopGroup group, Supplier<SocketChannel> channels) implements AutoCloseable {
    /// A second one keeps a TLS handshake from holding up the blobs of the first. They start when needed.
    private static final int THREADS = 2;

    private static final int SMALLEST_READ_BYTES = 2 * 1024;
    private static final int FIRST_READ_BYTES = 16 * 1024;
    private static final int LARGEST_READ_BYTES = 256 * 1024;
    private static final Duration LONGEST_SHUTDOWN = Duration.ofSeconds(5);

    static EventLoops start() {
        var threads = new DefaultThreadFactory("registry", true);
        return Epoll.isAvailable()
                ? new EventLoops(
                        new MultiThreadIoEventLoopGroup(THREADS, threads, EpollIoHandler.newFactory()),
                        EpollSocketChannel::new)
                : new EventLoops(
                        new MultiThreadIoEventLoopGroup(THREADS, threads, NioIoHandler.newFactory()),
                        NioSocketChannel::new);
    }

    SocketChannel newChannel() {
        return channels.get();
    }

    /// What connects the channel, which will read only when told to.
    Bootstrap bootstrap(SocketChannel channel, Duration connectTimeout) {
        return new Bootstrap()
                .group(group)
                .channelFactory(() -> channel)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(SMALLEST_READ_BYTES, FIRST_READ_BYTES, LARGEST_READ_BYTES));
    }

    /// Closes all connections; whoever waits on one gets an error.
    @Override
    public void close() {
        var stopped = group.shutdownGracefully(0, LONGEST_SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS);
        stopped.awaitUninterruptibly(LONGEST_SHUTDOWN.toMillis());
    }
}
