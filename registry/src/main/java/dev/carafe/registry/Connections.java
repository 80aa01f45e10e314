package dev.carafe.registry;

import dev.carafe.registry.TransportException.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

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
    private final Duration limit;
    private volatile boolean closed;

    Connections(RegistryConfig config) {
        tlsContexts = new TlsContexts(config);
        limit = config.timeouts().connect();
    }

    /// One that has served a request before; the registry may have closed it just now.
    Optional<Connection> idle(Origin origin) {
        return idle.take(origin);
    }

    Connection open(Origin origin) throws TransportException, InterruptedException {
        if (closed) {
            throw new TransportException(Kind.CLOSED, origin + ": the client is closed");
        }
        var tls = origin.isSecure() ? tlsContexts.of(origin) : null;
        var candidates = addresses.of(origin, limit);
        var share = limit.dividedBy(candidates.size());
        for (var i = 0; ; i++) {
            try {
                return open(origin, candidates.get(i), tls, share);
            } catch (TransportException e) {
                if (!e.isWithoutConnection() || i == candidates.size() - 1) {
                    throw e;
                }
            }
        }
    }

    private Connection open(Origin origin, InetAddress address, @Nullable SslContext tls, Duration share)
            throws TransportException, InterruptedException {
        awaitFree(origin);
        var channel = eventLoops.newChannel();
        channel.closeFuture().addListener(_ -> free.release());
        var connection = new Connection(origin, idle, channel);
        var handshake = tls == null ? null : tls.newHandler(channel.alloc(), origin.host(), origin.port());
        var done = false;
        try {
            await(
                    eventLoops
                            .bootstrap(channel, share)
                            .handler(new Initializer(connection, handshake))
                            .connect(new InetSocketAddress(address, origin.port())),
                    origin);
            if (handshake != null) {
                channel.read();
                await(handshake, origin);
            }
            done = true;
            return connection;
        } finally {
            if (!done) {
                var _ = channel.close();
            }
        }
    }

    private void awaitFree(Origin origin) throws TransportException, InterruptedException {
        if (!free.tryAcquire()) {
            idle.closeOne();
            if (!free.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TransportException(
                        Kind.UNREACHABLE, origin + ": all " + MOST_AT_ONCE + " connections are in use");
            }
        }
    }

    /// What bytes become on their way in: TLS records, HTTP, our exchanges.
    private final class Initializer extends ChannelInitializer<Channel> {
        private final Connection connection;
        private final @Nullable SslHandler tls;

        Initializer(Connection connection, @Nullable SslHandler tls) {
            this.connection = connection;
            this.tls = tls;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (tls != null) {
                tls.setHandshakeTimeoutMillis(limit.toMillis());
                channel.pipeline().addLast(tls);
            }
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

    private static void await(Future<?> connecting, Origin origin) throws TransportException, InterruptedException {
        connecting.await();
        if (!connecting.isSuccess()) {
            throw new TransportException(
                    Kind.UNREACHABLE, origin + ": no connection: " + reason(connecting.cause()), connecting.cause());
        }
    }

    private static void await(SslHandler handler, Origin origin) throws TransportException, InterruptedException {
        var handshake = handler.handshakeFuture();
        handshake.await();
        if (!handshake.isSuccess()) {
            throw handshakeFailure(handshake.cause(), origin);
        }
    }

    private static TransportException handshakeFailure(Throwable cause, Origin origin) {
        return switch (cause) {
            case NotSslRecordException _ -> new TransportException(Kind.NOT_TLS, origin + ": it speaks no TLS", cause);
            case SslHandshakeTimeoutException _ ->
                new TransportException(Kind.UNREACHABLE, origin + ": the TLS handshake took too long", cause);
            case SSLException _ -> new TransportException(Kind.UNTRUSTED, origin + ": no TLS: " + reason(cause), cause);
            default -> new TransportException(Kind.UNREACHABLE, origin + ": the TLS handshake was cut off", cause);
        };
    }

    private static String reason(Throwable cause) {
        var message = cause.getMessage();
        return Shown.of(message == null ? cause.getClass().getSimpleName() : message);
    }

    @Override
    public void close() {
        closed = true;
        idle.close();
        eventLoops.close();
    }
}
