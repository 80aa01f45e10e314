package dev.carafe.registry;

import io.avaje.jsonb.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A bearer token.
record Token(String value, Duration validFor) {
    /// Larger ones fit into no server's header limits.
    private static final int LONGEST = 16 * 1024;

    /// RFC 6750, section 2.1, and nothing that could end the header.
    private static final Pattern SYNTAX = Pattern.compile("[\\x21-\\x7e]+");

    /// When the service does not say (distribution, token authentication specification).
    private static final Duration DEFAULT_VALIDITY = Duration.ofSeconds(60);

    private static final Duration LONGEST_VALIDITY = Duration.ofDays(1);

    Token {
        validFor = validFor.compareTo(LONGEST_VALIDITY) > 0 ? LONGEST_VALIDITY : validFor;
    }

    static boolean isUsable(String value) {
        return value.length() <= LONGEST && SYNTAX.matcher(value).matches();
    }

    String header() {
        return "Bearer " + value;
    }

    @Override
    public String toString() {
        return "token";
    }

    /// What a token service answers.
    @Json
    record Document(
            @Nullable String token,
            @Json.Property("access_token") @Nullable String accessToken,
            @Json.Property("expires_in") @Nullable Long expiresIn) {
        Optional<Token> usable() {
            var value = token != null && !token.isEmpty() ? token : accessToken;
            return value != null && isUsable(value)
                    ? Optional.of(new Token(
                            value, expiresIn == null || expiresIn <= 0 ? DEFAULT_VALIDITY : seconds(expiresIn)))
                    : Optional.empty();
        }

        private static Duration seconds(long seconds) {
            return Duration.ofSeconds(Math.min(seconds, LONGEST_VALIDITY.toSeconds()));
        }
    }
}
