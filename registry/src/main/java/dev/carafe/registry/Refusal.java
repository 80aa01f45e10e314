package dev.carafe.registry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/// What an HTTP status other than success means.
final class Refusal {
    private Refusal() {}

    /// Takes the answer's body for the registry's own words.
    ///
    /// @param subject what was asked for
    /// @param credentials that must not show in the message
    static RegistryException of(String subject, Answer answer, Credentials credentials) throws InterruptedException {
        var words = credentials.hiddenIn(ErrorDocument.read(answer));
        var message = subject + ": " + answer.statusLine() + (words.isEmpty() ? "" : ": " + words);
        var status = answer.status();
        return switch (status) {
            case 401, 403 -> new UnauthorizedException(message);
            case 404, 410 -> new ImageNotFoundException(message);
            case 408, 429, 500, 502, 503, 504 -> new RegistryUnavailableException(message, true, retryAfter(answer));
            default ->
                status >= 500
                        ? new RegistryUnavailableException(message, false, Duration.ZERO)
                        : new RegistryProtocolException(message);
        };
    }

    /// Seconds or a date (RFC 9110, section 10.2.3).
    private static Duration retryAfter(Answer answer) {
        var header = answer.header("retry-after").orElse("").strip();
        if (header.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(header));
        }
        try {
            var until = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            var left = Duration.between(Instant.now(), until);
            return left.isNegative() ? Duration.ZERO : left;
        } catch (DateTimeException noDate) {
            return Duration.ZERO;
        }
    }
}
