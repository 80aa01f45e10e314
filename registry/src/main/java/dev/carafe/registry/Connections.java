package dev.carafe.registry;

import dev.carafe.registry.TransportException.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Opens connections, and keeps those that may be used again. Safe for all threads.
final class Connections implements AutoCloseable {
    /// Each can hold [Exchange#MOST_QUEUED_BYTES].
    private static final int MOST_AT_ONCE = 64;

    private static final int LONGEST_STATUS_LINE = 4 * 1024;
    private static final int LARGEST_HEADER_BYTES = 64 * 1024;
    /// Content is passed on in the pieces in which it was read from the socket.
    private static final int LARGEST_CHUNK_BYTES = 1024 * 1024;

    private final EventLoops eventLoops = EventLoops.start();
    private final IdleConnections idle = new IdleConnections();
    private final Addresses addresses = new Addresses();
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);
    private final TlsContexts tlsContexts;
    private final Proxies proxies;
    private final Duration limit;
    private volatile boolean closed;

    Connections(RegistryConfig config) {
        tlsContexts = new TlsContexts(config.trust());
        proxies = config.proxies();
        limit = config.timeouts().connect();
    }

    /// One that has served a request before; the registry may have closed it just now.
    Optional<Connection> idle(Route route) {
        return idle.take(route);
    }

    Connection open(Route route) throws TransportException, InterruptedException {
        if (closed) {
            throw new TransportException(Kind.CLOSED, route + ": the client is closed");
        }
        var tls = route.origin().isSecure() ? tlsContexts.of(route) : null;
        var proxy = proxies.of(route.origin());
        var first = proxy.map(Proxy::origin).orElse(route.origin());
        var proxyTls = proxy.isPresent() && first.isSecure() ? tlsContexts.of(new Route(first, false)) : null;
        var candidates = addresses.of(first, limit);
        var share = limit.dividedBy(candidates.size());
        for (var i = 0; ; i++) {
            var address = new InetSocketAddress(candidates.get(i), first.port());
            try {
                return open(new Opening(route, address, proxy, tls, proxyTls, share));
            } catch (TransportException e) {
                if (!e.isWithoutConnection() || i == candidates.size() - 1) {
                    throw e;
                }
            }
        }
    }

    private Connection open(Opening opening) throws TransportException, InterruptedException {
        awaitFree(opening.route());
        var channel = eventLoops.newChannel();
        channel.closeFuture().addListener(_ -> free.release());
        var connection = new Connection(opening.route(), opening.forwarder(), idle, channel);
        var handshakes = new Handshakes(opening, channel, limit);
        var done = false;
        try {
            await(
                    eventLoops
                            .bootstrap(channel, opening.limit())
                            .resolver(NoopAddressResolverGroup.INSTANCE)
                            .handler(new Initializer(connection, handshakes.handlers()))
                            .connect(opening.destination()),
                    opening.subject());
            if (!handshakes.handlers().isEmpty()) {
                channel.read();
                handshakes.await();
            }
            done = true;
            return connection;
        } finally {
            if (!done) {
                var _ = channel.close();
            }
        }
    }

    private void awaitFree(Route route) throws TransportException, InterruptedException {
        if (!free.tryAcquire()) {
            idle.closeOne();
            if (!free.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TransportException(
                        Kind.UNREACHABLE, route + ": all " + MOST_AT_ONCE + " connections are in use");
            }
        }
    }

    /// What bytes become on their way in: what the handshakes make of them, HTTP, our exchanges.
    private static final class Initializer extends ChannelInitializer<Channel> {
        private final Connection connection;
        private final List<ChannelHandler> before;

        Initializer(Connection connection, List<ChannelHandler> before) {
            this.connection = connection;
            this.before = before;
        }

        @Override
        protected void initChannel(Channel channel) {
            before.forEach(channel.pipeline()::addLast);
            channel.pipeline()
                    .addLast(new HttpClientCodec(
                            new HttpDecoderConfig()
                                    .setMaxInitialLineLength(LONGEST_STATUS_LINE)
                                    .setMaxHeaderSize(LARGEST_HEADER_BYTES)
                                    .setMaxChunkSize(LARGEST_CHUNK_BYTES),
                            HttpClientCodec.DEFAULT_PARSE_HTTP_AFTER_CONNECT_REQUEST,
                            HttpClientCodec.DEFAULT_FAIL_ON_MISSING_RESPONSE))
                    .addLast(connection);
        }
    }

    private static void await(Future<?> connecting, String subject) throws TransportException, InterruptedException {
        connecting.await();
        if (!connecting.isSuccess()) {
            throw new TransportException(
                    Kind.UNREACHABLE,
                    subject + ": no connection: " + TransportException.reason(connecting.cause()),
                    connecting.cause());
        }
    }

    @Override
    public void close() {
        closed = true;
        idle.close();
        eventLoops.close();
    }
}
