package dev.carafe.registry;

import dev.carafe.registry.RegistryConfig.Timeouts;
import dev.carafe.registry.TransportException.Kind;
import java.util.Optional;
import java.util.Set;

/// Sends requests, on a connection of before where there is one, and follows redirects. Safe for all threads.
final class Http implements AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTING = Set.of(301, 302, 303, 307, 308);

    private final Connections connections;
    private final RegistryRules rules;
    private final Timeouts timeouts;
    private final StoredElsewhere storedElsewhere = new StoredElsewhere();

    Http(RegistryConfig config, RegistryRules rules) {
        connections = new Connections(config);
        this.rules = rules;
        timeouts = config.timeouts();
    }

    /// The answer, whatever its status, unless that is a redirect.
    Answer send(Request request) throws TransportException, InterruptedException {
        var current = request;
        for (var redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            var asked = storedElsewhere.contains(current) ? current.withoutLayer() : current;
            var answer = redirects == 0 ? exchange(asked) : redirected(request, asked);
            var isRedirect = REDIRECTING.contains(answer.status());
            storedElsewhere.learn(current, isRedirect);
            if (!isRedirect) {
                return answer;
            }
            answer.discard();
            current = next(current, answer);
        }
        throw new TransportException(
                Kind.MALFORMED, request.url().origin() + ": more than " + MOST_REDIRECTS + " redirects");
    }

    private Answer redirected(Request first, Request current) throws TransportException, InterruptedException {
        try {
            return exchange(current);
        } catch (TransportException e) {
            throw e.redirectedBy(first.url().origin());
        }
    }

    private static Request next(Request request, Answer answer) throws TransportException {
        var from = request.url();
        var location = answer.header("location");
        if (location.isEmpty()) {
            throw new TransportException(Kind.MALFORMED, from.origin() + ": a redirect to nowhere");
        }
        HttpUrl to;
        try {
            to = from.resolve(location.get());
        } catch (IllegalArgumentException e) {
            throw new TransportException(Kind.MALFORMED, from.origin() + ": a redirect to " + e.getMessage(), e);
        }
        if (!request.content().mayBeRedirected(from.origin(), to.origin())) {
            throw new TransportException(
                    Kind.MALFORMED, from.origin() + ": a redirect to " + to.origin() + ", which is not followed here");
        }
        return request.at(to);
    }

    private Answer exchange(Request request) throws TransportException, InterruptedException {
        var origin = request.url().origin();
        var route = new Route(origin, rules.isInsecure(request.site(), origin));
        // A POST is sent once: it may have had its effect although its answer got lost.
        if (!request.isPost()) {
            for (var reused = connections.reused(route, request.content()); reused.isPresent(); ) {
                try {
                    return exchange(request, reused.get());
                } catch (TransportException e) {
                    if (e.kind() != Kind.BROKEN && e.kind() != Kind.REFUSED) {
                        throw e;
                    }
                    reused = e.kind() == Kind.BROKEN ? connections.reused(route, request.content()) : Optional.empty();
                }
            }
        }
        return exchange(request, connections.open(route, request.content()));
    }

    private Answer exchange(Request request, Connection connection) throws TransportException, InterruptedException {
        var exchange = connection.send(request);
        var answered = false;
        try {
            var head = exchange.awaitHead(timeouts.response());
            answered = true;
            return new Answer(request, head, exchange, timeouts);
        } finally {
            if (!answered) {
                exchange.drop();
            }
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
