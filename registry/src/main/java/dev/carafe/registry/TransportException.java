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
        /// TLS is spoken, but none of the protocols that were offered.
        OTHER_PROTOCOL,
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
    private final boolean isRedirected;

    TransportException(Kind kind, String message) {
        this(kind, message, null);
    }

    TransportException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, cause, false);
    }

    private TransportException(Kind kind, String message, @Nullable Throwable cause, boolean isRedirected) {
        super(message, cause);
        this.kind = kind;
        this.isRedirected = isRedirected;
    }

    /// The same failure, of a request that the origin has sent elsewhere.
    TransportException redirectedBy(Origin origin) {
        return new TransportException(kind, origin + ": it redirects to " + getMessage(), this, true);
    }

    Kind kind() {
        return kind;
    }

    boolean isWorthRetrying() {
        return switch (kind) {
            case UNREACHABLE, BROKEN, REFUSED, STALLED -> true;
            case NOT_TLS, UNTRUSTED, OTHER_PROTOCOL, MALFORMED, CLOSED -> false;
        };
    }

    /// Whether who was asked could not be reached this way; another scheme may do better.
    boolean isWithoutConnection() {
        return !isRedirected && (kind == Kind.UNREACHABLE || kind == Kind.NOT_TLS);
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
