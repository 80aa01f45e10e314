package dev.carafe.registry;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where a registry answers: by HTTPS, and by plain HTTP only on this machine or where the configuration calls the
/// registry insecure. Safe for all threads.
final class Endpoints {
    private static final String HUB = "docker.io";
    private static final String HUB_API = "registry-1.docker.io";
    private static final int MOST_REMEMBERED = 256;

    private final Http http;
    private final Set<String> insecureRegistries;

    /// Those that answered by plain HTTP the last time, so that no pull pays for a TLS handshake that can't
    /// succeed.
    private final Recent<String, Origin> plain = new Recent<>(MOST_REMEMBERED);

    Endpoints(Http http, RegistryConfig config) {
        this.http = http;
        this.insecureRegistries = config.insecureRegistries();
    }

    /// Sends the request for a path at the registry by the first scheme with which a connection comes about.
    ///
    /// @param registry as references have it
    /// @param request made for the URL it will be sent to
    Answer send(String registry, String path, RequestFor request) throws TransportException, InterruptedException {
        var remembered = plain.get(registry);
        if (remembered.isPresent()) {
            var answer = sendPlain(registry, request.at(new HttpUrl(remembered.get(), path)));
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        return sendBy(origins(registry), registry, path, request);
    }

    private Answer sendBy(List<Origin> origins, String registry, String path, RequestFor request)
            throws TransportException, InterruptedException {
        try {
            var origin = origins.getFirst();
            var answer = http.send(request.at(new HttpUrl(origin, path)));
            if (!origin.isSecure()) {
                plain.put(registry, origin);
            }
            return answer;
        } catch (TransportException e) {
            if (!e.isWithoutConnection() || origins.size() == 1) {
                throw e;
            }
            try {
                return sendBy(origins.subList(1, origins.size()), registry, path, request);
            } catch (TransportException other) {
                other.addSuppressed(e);
                throw other;
            }
        }
    }

    /// Empty when it may have turned to TLS since: such servers answer 400, or what is no HTTP, or nothing.
    private Optional<Answer> sendPlain(String registry, Request request) throws InterruptedException {
        try {
            var answer = http.send(request);
            if (answer.status() != 400) {
                return Optional.of(answer);
            }
            answer.discard();
        } catch (TransportException e) {
            // What is wrong will show again.
        }
        plain.remove(registry);
        return Optional.empty();
    }

    interface RequestFor {
        Request at(HttpUrl url);
    }

    /// Whether credentials may go there without TLS.
    boolean mayBePlain(Origin origin) {
        return origin.isLoopback() || TlsContexts.isInsecure(insecureRegistries, origin);
    }

    List<Origin> origins(String registry) {
        var host = registry.equals(HUB) ? HUB_API : registry;
        var secure = Origin.of(true, host);
        var unsecured = Origin.of(false, host);
        if (!mayBePlain(secure) && !mayBePlain(unsecured)) {
            return List.of(secure);
        }
        return List.of(secure, unsecured);
    }
}
