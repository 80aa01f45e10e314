package dev.carafe.registry;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Fetches bearer tokens where a registry's challenge says (distribution, token authentication and OAuth2
/// specifications). Safe for all threads.
final class TokenService {
    private static final String CLIENT_ID = "carafe";
    private static final int MAX_DOCUMENT_BYTES = 64 * 1024;

    private final Http http;
    private final Endpoints endpoints;

    TokenService(Http http, Endpoints endpoints) {
        this.http = http;
        this.endpoints = endpoints;
    }

    /// A token to pull from the repository.
    ///
    /// @param subject what it is for, in messages
    /// @throws UnauthorizedException when the service refuses the credentials, or should not see them
    Token fetch(String subject, Challenge challenge, Authorizer.Scope asking)
            throws RegistryException, TransportException, InterruptedException {
        var realm = realm(subject, challenge, asking.site());
        var credentials = asking.credentials();
        // Our own words, not the challenge's scope: a registry has no say in how much a token may do.
        var scope = encoded("repository:" + asking.repository() + ":pull");
        var service = encoded(challenge.parameter("service"));
        try (var answer = http.send(
                credentials.identityToken().isEmpty()
                        ? byGet(asking, realm, service, scope)
                        : byRefreshToken(asking, realm, service, scope))) {
            if (answer.status() != 200) {
                throw Refusal.of(subject + ": token service " + realm.origin(), answer, credentials);
            }
            return JsonText.parse(Token.Document.class, answer.readDocument(MAX_DOCUMENT_BYTES))
                    .flatMap(Token.Document::usable)
                    .orElseThrow(() -> new RegistryProtocolException(
                            subject + ": token service " + realm.origin() + ": its answer holds no token"));
        }
    }

    private HttpUrl realm(String subject, Challenge challenge, Site site) throws RegistryException {
        HttpUrl realm;
        try {
            realm = HttpUrl.parse(challenge.parameter("realm"));
        } catch (IllegalArgumentException e) {
            throw new RegistryProtocolException(subject + ": the registry's token service: " + e.getMessage(), e);
        }
        if (!realm.origin().isSecure() && !endpoints.mayBePlain(site, realm.origin())) {
            throw new UnauthorizedException(subject + ": the registry's token service " + realm.origin()
                    + " is without TLS, so it gets no credentials");
        }
        return realm;
    }

    private static Request byGet(Authorizer.Scope asking, HttpUrl realm, String service, String scope) {
        var credentials = asking.credentials();
        var named = service.isEmpty() ? realm : realm.with("service", service);
        var request = Request.get(
                asking.site(), named.with("scope", scope), Map.of("accept", "application/json"), Content.BELIEVED);
        return credentials.hasUser() ? request.authorized(credentials.basic()) : request;
    }

    private static Request byRefreshToken(Authorizer.Scope asking, HttpUrl realm, String service, String scope) {
        return Request.post(
                asking.site(),
                realm,
                "grant_type=refresh_token&client_id=" + CLIENT_ID + "&service=" + service + "&scope=" + scope
                        + "&refresh_token=" + encoded(asking.credentials().identityToken()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
