package dev.carafe.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Where a registry answers: by HTTPS, and by plain HTTP only on this machine or where the configuration calls the
/// registry insecure. Safe for all threads.
final class Endpoints {
    private static final int MOST_REMEMBERED = 256;

    /// How long a registry that could not be reached is asked after all others.
    private static final Duration SHUNNED = Duration.ofMinutes(1);

    private final Http http;
    private final RegistryRules rules;
    private final InstantSource steady;

    /// Those that answered by plain HTTP the last time, so that no pull pays for a TLS handshake that can't
    /// succeed.
    private final Recent<Site, Origin> plain = new Recent<>(MOST_REMEMBERED);

    /// Until when those that could not be reached are shunned.
    private final Recent<Site, Instant> shunned = new Recent<>(MOST_REMEMBERED);

    Endpoints(Http http, RegistryRules rules, InstantSource steady) {
        this.http = http;
        this.rules = rules;
        this.steady = steady;
    }

    /// Whether no connection came about lately: who can ask somebody else does so first.
    boolean isShunned(Site site) {
        return shunned.get(site)
                .filter(until -> steady.instant().isBefore(until))
                .isPresent();
    }

    /// Sends the request for a path at the registry by the first scheme with which a connection comes about.
    ///
    /// @param request made for the URL it will be sent to
    Answer send(Site site, String path, RequestFor request) throws TransportException, InterruptedException {
        try {
            var answer = sendAnyhow(site, path, request);
            shunned.remove(site);
            return answer;
        } catch (TransportException e) {
            if (e.isWithoutConnection()) {
                shunned.put(site, steady.instant().plus(SHUNNED));
            }
            throw e;
        }
    }

    private Answer sendAnyhow(Site site, String path, RequestFor request)
            throws TransportException, InterruptedException {
        var remembered = plain.get(site);
        if (remembered.isPresent()) {
            var answer = sendPlain(site, request.at(new HttpUrl(remembered.get(), path)));
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        return sendBy(origins(site), site, path, request);
    }

    private Answer sendBy(List<Origin> origins, Site site, String path, RequestFor request)
            throws TransportException, InterruptedException {
        try {
            var origin = origins.getFirst();
            var answer = http.send(request.at(new HttpUrl(origin, path)));
            if (!origin.isSecure()) {
                plain.put(site, origin);
            }
            return answer;
        } catch (TransportException e) {
            if (!e.isWithoutConnection() || origins.size() == 1) {
                throw e;
            }
            try {
                return sendBy(origins.subList(1, origins.size()), site, path, request);
            } catch (TransportException other) {
                other.addSuppressed(e);
                throw other;
            }
        }
    }

    /// Empty when it may have turned to TLS since: such servers answer 400, or what is no HTTP, or nothing.
    private Optional<Answer> sendPlain(Site site, Request request) throws InterruptedException {
        try {
            var answer = http.send(request);
            if (answer.status() != 400) {
                return Optional.of(answer);
            }
            answer.discard();
        } catch (TransportException e) {
            // What is wrong will show again.
        }
        plain.remove(site);
        return Optional.empty();
    }

    interface RequestFor {
        Request at(HttpUrl url);
    }

    /// Whether credentials may go there without TLS.
    boolean mayBePlain(Site site, Origin origin) {
        return origin.isLoopback() || rules.isInsecure(site, origin);
    }

    List<Origin> origins(Site site) {
        var secure = Origin.of(true, site.host());
        var unsecured = Origin.of(false, site.host());
        var mayBePlain = site.insecure() || secure.isLoopback();
        return mayBePlain ? List.of(secure, unsecured) : List.of(secure);
    }
}
