package dev.carafe.daemon.ctl;

import dev.carafe.api.v1.CarafeGrpc;
import dev.carafe.api.v1.CarafeGrpc.CarafeBlockingStub;
import dev.carafe.cri.v1.ImageServiceGrpc;
import dev.carafe.cri.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import dev.carafe.cri.v1.RuntimeServiceGrpc;
import dev.carafe.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The runtime at the other end of a unix socket.
final class Connection implements AutoCloseable {
    /// As the kubelet's client bounds it.
    private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    /// An exec's answer holds both streams, each bounded by the runtime to 16 MiB.
    private static final int MAX_EXEC_BYTES = 3 * MAX_MESSAGE_BYTES;

    private final EventLoopGroup loop;
    private final ManagedChannel channel;
    private final Duration timeout;

    private Connection(EventLoopGroup loop, ManagedChannel channel, Duration timeout) {
        this.loop = loop;
        this.channel = channel;
        this.timeout = timeout;
    }

    static Connection to(Path socket, Duration timeout) throws IOException {
        if (!Files.exists(socket)) {
            throw new IOException(
                    "there is no socket " + socket + "; is the daemon running? (--runtime-endpoint names another)");
        }
        var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .eventLoopGroup(loop)
                .channelType(EpollDomainSocketChannel.class)
                .withOption(ChannelOption.SO_KEEPALIVE, null) // unix sockets have none
                .overrideAuthority("localhost")
                .maxInboundMessageSize(MAX_EXEC_BYTES)
                .usePlaintext()
                .build();
        return new Connection(loop, channel, timeout);
    }

    RuntimeServiceBlockingStub runtime() {
        return RuntimeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(timeout);
    }

    ImageServiceBlockingStub images() {
        return ImageServiceGrpc.newBlockingStub(channel).withDeadlineAfter(timeout);
    }

    RuntimeServiceBlockingStub runtimeWithoutDeadline() {
        return RuntimeServiceGrpc.newBlockingStub(channel);
    }

    ImageServiceBlockingStub imagesWithoutDeadline() {
        return ImageServiceGrpc.newBlockingStub(channel);
    }

    CarafeBlockingStub carafe() {
        return CarafeGrpc.newBlockingStub(channel);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
