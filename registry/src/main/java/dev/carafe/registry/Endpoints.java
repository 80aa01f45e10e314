package dev.carafe.registry;

import java.util.List;
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
        var origins = origins(registry);
        for (var i = 0; ; i++) {
            var origin = origins.get(i);
            try {
                var answer = http.send(request.at(new HttpUrl(origin, path)));
                remember(registry, origin, answer.status());
                return answer;
            } catch (TransportException e) {
                plain.remove(registry);
                if (!e.isWithoutConnection() || i == origins.size() - 1) {
                    throw e;
                }
            }
        }
    }

    interface RequestFor {
        Request at(HttpUrl url);
    }

    /// Whether credentials may go there without TLS.
    boolean mayBePlain(Origin origin) {
        return origin.isLoopback() || TlsContexts.isInsecure(insecureRegistries, origin);
    }

    private List<Origin> origins(String registry) {
        var host = registry.equals(HUB) ? HUB_API : registry;
        var secure = Origin.of(true, host);
        var unsecured = Origin.of(false, host);
        if (!mayBePlain(secure) && !mayBePlain(unsecured)) {
            return List.of(secure);
        }
        return plain.get(registry).isPresent() ? List.of(unsecured, secure) : List.of(secure, unsecured);
    }

    /// A server that has turned to TLS answers a plain request by 400.
    private void remember(String registry, Origin origin, int status) {
        if (origin.isSecure() || status == 400) {
            plain.remove(registry);
        } else {
            plain.put(registry, origin);
        }
    }
}
