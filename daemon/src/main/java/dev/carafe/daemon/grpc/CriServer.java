package dev.carafe.daemon.grpc;

import dev.carafe.daemon.http.HttpService;
import dev.carafe.daemon.http.SocketFile;
import dev.carafe.engine.Engine;
import dev.carafe.streaming.StreamingServer;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The daemon's socket and all services behind it: mode 0660, the owner's own. One event loop reads and writes;
/// each call runs on a virtual thread of its own. Clients of HTTP/1.1 are answered on the same socket.
public final class CriServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CriServer.class.getName());

    /// At once on one connection; a client waits with more.
    private static final int MAX_CALLS = 1000;

    /// Pings as often as a client likes, also without calls: it is on the same host.
    private static final Duration PINGS = Duration.ofMillis(1);

    /// For calls under way when the daemon is told to stop; their operations survive in what is on record.
    private static final Duration DRAIN = Duration.ofSeconds(8);

    /// For calls that were interrupted then.
    private static final Duration END = Duration.ofSeconds(3);

    private final SocketFile socket;
    private final Server server;
    private final EventLoopGroup loop;
    private final Runnable endWatches;

    private CriServer(SocketFile socket, Server server, EventLoopGroup loop, Runnable endWatches) {
        this.socket = socket;
        this.server = server;
        this.loop = loop;
        this.endWatches = endWatches;
    }

    /// @param path of the socket
    /// @param maxReceiveBytes a longer request is refused
    /// @param maxSendBytes a longer answer is an error instead
    public record Settings(Path path, int maxReceiveBytes, int maxSendBytes) {}

    /// Who listens in, and what is served beside gRPC.
    ///
    /// @param interceptors of every call; the last is the outermost
    /// @param http for clients of HTTP/1.1
    public record Beside(CallObserver observer, List<ServerInterceptor> interceptors, HttpService http) {
        public Beside {
            interceptors = List.copyOf(interceptors);
        }
    }

    /// Answers when this returns.
    public static CriServer start(
            Settings settings, Engine engine, StreamingServer streams, Identity identity, Beside beside)
            throws IOException {
        var calls = new Calls(settings.maxSendBytes(), beside.observer());
        var watches = new CarafeEndpoint(calls, engine.images());
        var runtime = new RuntimeEndpoint(calls, engine, streams, identity);
        var services = List.of(runtime, new ImageEndpoint(calls, engine.images()), watches);
        return start(settings, services, beside, () -> {
            watches.stop();
            runtime.stop();
        });
    }

    /// @param endWatches ends the calls that would go on for ever
    static CriServer start(
            Settings settings, List<? extends BindableService> services, Beside beside, Runnable endWatches)
            throws IOException {
        var socket = SocketFile.prepare(settings.path());
        var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var server = NettyServerBuilder.forAddress(
                        new DomainSocketAddress(socket.binding().toFile()))
                .channelFactory(() -> SharedSocket.open(beside.http()))
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .executor(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory()))
                // gRPC sets it for TCP; on a unix socket Netty warns of it at every connection.
                .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                .maxInboundMessageSize(settings.maxReceiveBytes())
                .maxConcurrentCallsPerConnection(MAX_CALLS)
                .permitKeepAliveTime(PINGS.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true);
        services.forEach(server::addService);
        beside.interceptors().forEach(server::intercept);
        var started = new CriServer(socket, server.build(), loop, endWatches);
        try {
            started.server.start();
            socket.publish();
            return started;
        } catch (IOException | RuntimeException e) {
            started.abandon();
            throw new IOException("can't listen on " + settings.path(), e);
        }
    }

    private void abandon() {
        server.shutdownNow();
        close();
    }

    /// Takes no more calls, lets those under way end for a while, and interrupts the rest.
    @Override
    public void close() {
        endWatches.run();
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "could not remove the socket", e);
        }
        try {
            end();
        } catch (InterruptedException hurry) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void end() throws InterruptedException {
        server.shutdown();
        if (!server.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.log(Level.WARNING, "calls are still under way after {0} s, they are cut off", DRAIN.toSeconds());
            server.shutdownNow();
            server.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS);
        }
        loop.shutdownGracefully(0, END.toMillis(), TimeUnit.MILLISECONDS).await();
    }
}
