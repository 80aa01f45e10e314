package dev.carafe.registry;

import dev.carafe.registry.TransportException.Kind;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Opens connections, and keeps those that may be used again. Safe for all threads.
final class Connections implements AutoCloseable {
    /// Each can hold [Exchange#MOST_QUEUED_BYTES], or with HTTP/2 [Http2Codec#STREAM_WINDOW_BYTES] of a layer.
    private static final int MOST_AT_ONCE = 64;

    private static final int MOST_REMEMBERED = 256;

    /// The registry chooses.
    private static final List<String> BOTH = List.of(Negotiation.HTTP2, Negotiation.HTTP1);

    private final EventLoops eventLoops = EventLoops.start();
    private final IdleConnections idle = new IdleConnections();
    private final SharedConnections shared = new SharedConnections();
    private final ConcurrentHashMap<Route, CountDownLatch> opening = new ConcurrentHashMap<>();

    /// Registries that refuse HTTP/1.1.
    private final Recent<Route, Boolean> speakHttp2Alone = new Recent<>(MOST_REMEMBERED);

    private final Addresses addresses = new Addresses();
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);
    private final TlsContexts tlsContexts;
    private final Proxies proxies;
    private final Duration limit;
    private final Duration longestSilence;
    private volatile boolean closed;

    Connections(RegistryConfig config) {
        tlsContexts = new TlsContexts(config.trust());
        proxies = config.proxies();
        limit = config.timeouts().connect();
        longestSilence = config.timeouts().response().dividedBy(3);
    }

    /// One that has served a request before; the registry may have closed it just now.
    Optional<Connection> reused(Route route, Content content) {
        var isShareable = !content.isLarge() || speakHttp2Alone.get(route).isPresent();
        var some = isShareable ? shared.take(route, content) : Optional.<Http2Connection>empty();
        return some.isPresent()
                ? some.map(Connection.class::cast)
                : idle.take(route).map(Connection.class::cast);
    }

    /// A new one, or one that was opened for another request meanwhile.
    Connection open(Route route, Content content) throws TransportException, InterruptedException {
        if (!route.origin().isSecure()) {
            return openNew(route, content, List.of());
        }
        return content.isLarge() ? openForLayer(route, content) : openForMany(route, content);
    }

    /// By HTTP/1.1: servers spend less on it, and TCP's window alone decides how much is on its way. Where a registry
    /// refuses that, by HTTP/2.
    private Connection openForLayer(Route route, Content content) throws TransportException, InterruptedException {
        if (speakHttp2Alone.get(route).isEmpty()) {
            try {
                return openNew(route, content, List.of(Negotiation.HTTP1));
            } catch (TransportException e) {
                if (e.kind() != Kind.OTHER_PROTOCOL) {
                    throw e;
                }
                speakHttp2Alone.put(route, true);
            }
        }
        var some = shared.take(route, content);
        return some.isPresent() ? some.get() : openNew(route, content, BOTH);
    }

    /// Of many small requests at once only the first opens a connection, until it is known whether all can share it.
    private Connection openForMany(Route route, Content content) throws TransportException, InterruptedException {
        var mine = new CountDownLatch(1);
        var others = opening.putIfAbsent(route, mine);
        if (others != null) {
            var isKnown = others.await(limit.toNanos(), TimeUnit.NANOSECONDS);
            var opened = isKnown ? shared.take(route, content) : Optional.<Http2Connection>empty();
            return opened.isPresent() ? opened.get() : openNew(route, content, BOTH);
        }
        try {
            return openNew(route, content, BOTH);
        } finally {
            opening.remove(route, mine);
            mine.countDown();
        }
    }

    private Connection openNew(Route route, Content content, List<String> protocols)
            throws TransportException, InterruptedException {
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
                return open(new Opening(route, address, proxy, tls, proxyTls, share), content, protocols);
            } catch (TransportException e) {
                if (!e.isWithoutConnection() || i == candidates.size() - 1) {
                    throw e;
                }
            }
        }
    }

    private Connection open(Opening opening, Content content, List<String> protocols)
            throws TransportException, InterruptedException {
        awaitFree(opening.route());
        var channel = eventLoops.newChannel();
        channel.closeFuture().addListener(_ -> free.release());
        var handshakes = new Handshakes(opening, channel, protocols, limit);
        var negotiation =
                new Negotiation(opening, handshakes, content, new Negotiation.Pools(idle, shared, longestSilence));
        var done = false;
        try {
            await(
                    eventLoops
                            .bootstrap(channel, opening.limit())
                            .resolver(NoopAddressResolverGroup.INSTANCE)
                            .handler(negotiation)
                            .connect(opening.destination()),
                    opening.subject());
            if (!handshakes.handlers().isEmpty()) {
                channel.read();
                handshakes.await();
            }
            var connection = negotiation.await(limit);
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
            shared.closeOne();
            if (!free.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TransportException(
                        Kind.UNREACHABLE, route + ": all " + MOST_AT_ONCE + " connections are in use");
            }
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
