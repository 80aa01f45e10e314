package dev.carafe.streaming.client;

import dev.carafe.streaming.StreamBuffers;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// A pod's ports on this host: each connection to a local port goes on to the pod's. Safe for all threads.
public final class RemotePorts implements AutoCloseable {
    static final String PROTOCOL = "portforward.k8s.io";

    private final List<Channel> listeners = new CopyOnWriteArrayList<>();
    private final SpdySession session;
    private final CompletableFuture<Void> lost;
    private int requests;

    RemotePorts(SpdySession session, CompletableFuture<Void> lost) {
        this.session = session;
        this.lost = lost;
    }

    /// Takes connections from now on.
    ///
    /// @param port 0: any that is free
    /// @param failures gets the server's words for each connection that failed; called on the connection's thread
    /// @return the local port
    public int listen(InetAddress address, int port, int remotePort, Consumer<String> failures)
            throws IOException, InterruptedException {
        var loop = session.channel().eventLoop();
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.ALLOCATOR, StreamBuffers.ALLOCATOR)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, StreamBuffers.readings())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel local) {
                        local.pipeline().addLast(new LocalConnection(session, remotePort, ++requests, failures));
                    }
                })
                .bind(address, port);
        bound.await();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "can't listen on port " + port + " of " + address.getHostAddress() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        listeners.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /// Waits until the server has gone.
    public void awaitEnd() throws InterruptedException {
        try {
            lost.get();
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() {
        for (var listener : listeners) {
            var _ = listener.close();
        }
        session.channel().close().awaitUninterruptibly();
    }
}
