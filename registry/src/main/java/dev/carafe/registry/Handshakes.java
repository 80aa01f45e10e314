package dev.carafe.registry;

import dev.carafe.registry.TransportException.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/// What is agreed on over a new channel before HTTP is spoken: TLS with a proxy, the proxy's tunnel, TLS with the
/// origin; each where it is wanted.
final class Handshakes {
    /// The alert of a server that wants none of those that it was offered (RFC 7301, section 3.2).
    private static final String NO_PROTOCOL = "no_application_protocol";

    private final Opening opening;
    private final Duration limit;
    private final List<ChannelHandler> handlers = new ArrayList<>();
    private final Optional<SslHandler> origin;

    /// @param protocols that are offered to the origin
    /// @param limit for each
    Handshakes(Opening opening, Channel channel, List<String> protocols, Duration limit) {
        this.opening = opening;
        this.limit = limit;
        opening.proxy().ifPresent(proxy -> {
            if (opening.proxyTls() != null) {
                handlers.add(tls(opening.proxyTls(), channel, proxy.origin()));
            }
            if (opening.isTunnelled()) {
                var tunnel = proxy.tunnel(opening.address());
                tunnel.setConnectTimeoutMillis(limit.toMillis());
                handlers.add(tunnel);
            }
        });
        if (opening.tls() == null) {
            origin = Optional.empty();
            return;
        }
        var last = tls(opening.tls(), channel, opening.route().origin());
        var parameters = last.engine().getSSLParameters();
        parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        last.engine().setSSLParameters(parameters);
        handlers.add(last);
        origin = Optional.of(last);
    }

    private SslHandler tls(SslContext context, Channel channel, Origin peer) {
        var handler = context.newHandler(channel.alloc(), peer.host(), peer.port());
        handler.setHandshakeTimeoutMillis(limit.toMillis());
        return handler;
    }

    /// TLS with the origin, which agrees on what is spoken then.
    Optional<SslHandler> origin() {
        return origin;
    }

    /// In the order in which they stand before HTTP.
    List<ChannelHandler> handlers() {
        return handlers;
    }

    void await() throws TransportException, InterruptedException {
        for (var handler : handlers) {
            switch (handler) {
                case SslHandler tls -> await(tls);
                case HttpProxyHandler tunnel -> await(tunnel);
                default -> throw new AssertionError(handler);
            }
        }
    }

    private void await(HttpProxyHandler tunnel) throws TransportException, InterruptedException {
        var connected = settled(tunnel.connectFuture());
        if (!connected.isSuccess()) {
            throw new TransportException(
                    Kind.UNREACHABLE,
                    opening.subject() + ": no way through: " + TransportException.reason(connected.cause()),
                    connected.cause());
        }
    }

    private void await(SslHandler tls) throws TransportException, InterruptedException {
        var handshake = settled(tls.handshakeFuture());
        if (!handshake.isSuccess()) {
            throw failure(handshake.cause());
        }
    }

    private static <T> Future<T> settled(Future<T> future) throws InterruptedException {
        return future.await();
    }

    private TransportException failure(Throwable cause) {
        var subject = opening.subject();
        return switch (cause) {
            case NotSslRecordException _ -> new TransportException(Kind.NOT_TLS, subject + ": it speaks no TLS", cause);
            case SslHandshakeTimeoutException _ ->
                new TransportException(Kind.UNREACHABLE, subject + ": the TLS handshake took too long", cause);
            case SSLException _
            when TransportException.reason(cause).contains(NO_PROTOCOL) ->
                new TransportException(
                        Kind.OTHER_PROTOCOL, subject + ": it speaks none of the protocols that are spoken here", cause);
            case SSLException _ ->
                new TransportException(
                        Kind.UNTRUSTED, subject + ": no TLS: " + TransportException.reason(cause), cause);
            default -> new TransportException(Kind.UNREACHABLE, subject + ": the TLS handshake was cut off", cause);
        };
    }
}
