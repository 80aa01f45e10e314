package dev.carafe.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Finds the Authorization header that a registry wants for a repository, and remembers it for as long as it is
/// valid. Safe for all threads.
final class Authorizer {
    private static final int MOST_REMEMBERED = 256;

    /// A token is not used in its last seconds: it would expire on the way.
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final TokenService tokens;
    private final InstantSource steady;
    private final Recent<Scope, Grant> grants = new Recent<>(MOST_REMEMBERED);

    Authorizer(TokenService tokens, InstantSource steady) {
        this.tokens = tokens;
        this.steady = steady;
    }

    /// Who asks whom for what.
    record Scope(Site site, String repository, Credentials credentials) {}

    private record Grant(Challenge challenge, String header, Instant expires) {
        @Override
        public String toString() {
            return "grant";
        }
    }

    /// The header to send before anything is asked for; empty as long as the registry has not said what it wants.
    Optional<String> header(String subject, Scope scope)
            throws RegistryException, TransportException, InterruptedException {
        var registryToken = scope.credentials.registryToken();
        if (!registryToken.isEmpty()) {
            return Optional.of(given(subject, registryToken));
        }
        var grant = grants.get(scope);
        return grant.isPresent() && !steady.instant().isBefore(grant.get().expires)
                ? Optional.of(renewed(subject, scope, grant.get().challenge).header)
                : grant.map(Grant::header);
    }

    private static String given(String subject, String registryToken) throws UnauthorizedException {
        if (!Token.isUsable(registryToken)) {
            throw new UnauthorizedException(subject + ": the registry token that was given is not a bearer token");
        }
        return new Token(registryToken, Duration.ZERO).header();
    }

    /// The header after the registry has refused a request with HTTP 401.
    ///
    /// @param refused the header that was sent; empty without one
    /// @throws UnauthorizedException when there is none but what was refused
    String header(String subject, Scope scope, List<Challenge> challenges, String refused)
            throws RegistryException, TransportException, InterruptedException {
        if (!scope.credentials.registryToken().isEmpty()) {
            throw new UnauthorizedException(subject + ": the registry refuses the registry token that was given");
        }
        var meanwhile = grants.get(scope);
        if (meanwhile.isPresent() && !meanwhile.get().header.equals(refused)) {
            return meanwhile.get().header; // another thread was asked the same, and has answered
        }
        var bearer = challenges.stream().filter(Challenge::isBearer).findFirst();
        if (bearer.isPresent()) {
            return renewed(subject, scope, bearer.get()).header;
        }
        var basic = challenges.stream().filter(Challenge::isBasic).findFirst();
        if (basic.isEmpty()) {
            throw new UnauthorizedException(subject + ": the registry wants neither a token nor a password: "
                    + Shown.of(
                            challenges.stream().map(Challenge::scheme).toList().toString()));
        }
        if (!scope.credentials.hasUser()) {
            throw new UnauthorizedException(subject + ": the registry wants a user and a password, none was given");
        }
        var header = scope.credentials.basic();
        if (header.equals(refused)) {
            grants.remove(scope);
            throw new UnauthorizedException(subject + ": the registry refuses the user or the password");
        }
        grants.put(scope, new Grant(basic.get(), header, Instant.MAX));
        return header;
    }

    private Grant renewed(String subject, Scope scope, Challenge challenge)
            throws RegistryException, TransportException, InterruptedException {
        grants.remove(scope);
        var token = tokens.fetch(subject, challenge, scope);
        var expires = steady.instant().plus(token.validFor()).minus(MARGIN);
        var grant = new Grant(challenge, token.header(), expires);
        grants.put(scope, grant);
        return grant;
    }
}
