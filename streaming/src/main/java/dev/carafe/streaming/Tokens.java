package dev.carafe.streaming;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Optional;

/// Requests that were granted and are not yet asked for, each behind a secret that opens it once and soon. Safe for all
/// threads.
final class Tokens {
    static final Duration USED_WITHIN = Duration.ofMinutes(1);

    static final int MAX_OPEN = 1000;

    private static final int RANDOM_BYTES = 20;

    private final InstantSource steady;
    private final SecureRandom random = new SecureRandom();

    /// The oldest first.
    private final LinkedHashMap<String, Granted> granted = new LinkedHashMap<>();

    /// @param steady a clock that nobody sets
    Tokens(InstantSource steady) {
        this.steady = steady;
    }

    private record Granted(Request request, Instant until) {}

    synchronized String grant(Request request) throws TooManyStreamsException {
        forgetOld();
        if (granted.size() >= MAX_OPEN) {
            throw new TooManyStreamsException(
                    MAX_OPEN + " streams were asked for within a minute and not yet opened; try again later");
        }
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        granted.put(token, new Granted(request, steady.instant().plus(USED_WITHIN)));
        return token;
    }

    /// Empty for what was never granted, was used, or is too old; a token can be used once.
    synchronized Optional<Request> use(String token) {
        forgetOld();
        return Optional.ofNullable(granted.remove(token)).map(Granted::request);
    }

    private void forgetOld() {
        var now = steady.instant();
        while (!granted.isEmpty()
                && !now.isBefore(granted.firstEntry().getValue().until())) {
            granted.pollFirstEntry();
        }
    }
}
