package dev.carafe.registry;

import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An attempt to open a connection.
///
/// @param address of the proxy where one stands between, else of the origin
/// @param tls for the origin; null for plain HTTP
/// @param proxyTls for the proxy; null for one that is spoken to in the clear
record Opening(
        Route route,
        InetSocketAddress address,
        Optional<Proxy> proxy,
        @Nullable SslContext tls,
        @Nullable SslContext proxyTls,
        Duration limit) {
    /// Whether the proxy passes bytes on; otherwise it passes requests on.
    boolean isTunnelled() {
        return proxy.isPresent() && tls != null;
    }

    Optional<Proxy> forwarder() {
        return isTunnelled() ? Optional.empty() : proxy;
    }

    /// What the channel is told to connect to; a proxy looks up the name by itself.
    InetSocketAddress destination() {
        return isTunnelled()
                ? InetSocketAddress.createUnresolved(
                        route.origin().host(), route.origin().port())
                : address;
    }

    /// Who can't be reached.
    String subject() {
        return proxy.map(p -> route + " by the proxy " + p).orElse(route.toString());
    }
}
