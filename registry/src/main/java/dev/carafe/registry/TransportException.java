package dev.carafe.registry;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An HTTP exchange that did not come to its end. The message begins with the origin.
final class TransportException extends IOException {
    enum Kind {
        /// No connection: name, network, or a TLS handshake that was cut off.
        UNREACHABLE,
        /// What listens there speaks no TLS.
        NOT_TLS,
        /// TLS is spoken, but not with a certificate or in a version that is accepted here.
        UNTRUSTED,
        /// The connection ended before the answer did.
        BROKEN,
        /// The registry has not looked at the request: it goes away, or has too many of them.
        REFUSED,
        /// Nothing, or too little, came in time.
        STALLED,
        /// The answer is not HTTP, or breaks a bound.
        MALFORMED,
        /// The client was closed.
        CLOSED
    }

    private final Kind kind;

    TransportException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    TransportException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    boolean isWorthRetrying() {
        return switch (kind) {
            case UNREACHABLE, BROKEN, REFUSED, STALLED -> true;
            case NOT_TLS, UNTRUSTED, MALFORMED, CLOSED -> false;
        };
    }

    /// Whether another scheme may do better.
    boolean isWithoutConnection() {
        return kind == Kind.UNREACHABLE || kind == Kind.NOT_TLS;
    }

    /// Of a library's failure, as much as our messages repeat.
    static String reason(Throwable cause) {
        var message = cause.getMessage();
        return Shown.of(message == null ? cause.getClass().getSimpleName() : message);
    }

    RegistryException about(String subject) {
        var message = subject + ": " + getMessage();
        return kind == Kind.MALFORMED
                ? new RegistryProtocolException(message, this)
                : new RegistryUnavailableException(message, this, isWorthRetrying());
    }
}
