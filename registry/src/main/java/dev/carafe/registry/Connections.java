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
        if (!free.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new TransportException(
                    Kind.UNREACHABLE, origin + ": all " + MOST_AT_ONCE + " connections are in use");
        }
        var bootstrap = eventLoops.bootstrap(share).handler(new Initializer(origin, tls));
        var connecting = bootstrap.connect(new InetSocketAddress(address, origin.port()));
        var channel = connecting.channel();
        channel.closeFuture().addListener(_ -> free.release());
        var done = false;
        try {
            await(connecting, origin);
            if (tls != null) {
                channel.read();
                handshake(channel.pipeline().get(SslHandler.class), origin);
            }
            done = true;
            return channel.pipeline().get(Connection.class);
        } finally {
            if (!done) {
                var _ = channel.close();
            }
        }
    }

    /// What arrives on a channel: TLS records, HTTP, our exchanges.
    private final class Initializer extends ChannelInitializer<Channel> {
        private final Origin origin;
        private final @Nullable SslContext tls;

        Initializer(Origin origin, @Nullable SslContext tls) {
            this.origin = origin;
            this.tls = tls;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (tls != null) {
                var handler = tls.newHandler(channel.alloc(), origin.host(), origin.port());
                handler.setHandshakeTimeoutMillis(limit.toMillis());
                channel.pipeline().addLast(handler);
            }
            channel.pipeline()
                    .addLast(new HttpClientCodec(
                            new HttpDecoderConfig()
                                    .setMaxInitialLineLength(LONGEST_STATUS_LINE)
                                    .setMaxHeaderSize(LARGEST_HEADER_BYTES)
                                    .setMaxChunkSize(LARGEST_CHUNK_BYTES),
                            HttpClientCodec.DEFAULT_PARSE_HTTP_AFTER_CONNECT_REQUEST,
                            false))
                    .addLast(new Connection(origin, idle, channel));
        }
    }

    private static void await(Future<?> connecting, Origin origin) throws TransportException, InterruptedException {
        connecting.await();
        if (!connecting.isSuccess()) {
            throw new TransportException(
                    Kind.UNREACHABLE, origin + ": no connection: " + reason(connecting.cause()), connecting.cause());
        }
    }

    private static void handshake(SslHandler handler, Origin origin) throws TransportException, InterruptedException {
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
