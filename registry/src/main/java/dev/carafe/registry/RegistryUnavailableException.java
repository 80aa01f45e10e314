package dev.carafe.registry;

import java.time.Duration;

/// The registry can't be reached, can't be trusted, or is too busy to answer.
public final class RegistryUnavailableException extends RegistryException {
    private final boolean worthRetrying;
    private final Duration retryAfter;

    RegistryUnavailableException(String message, boolean worthRetrying, Duration retryAfter) {
        super(message);
        this.worthRetrying = worthRetrying;
        this.retryAfter = retryAfter;
    }

    RegistryUnavailableException(String message, Throwable cause, boolean worthRetrying) {
        super(message, cause);
        this.worthRetrying = worthRetrying;
        this.retryAfter = Duration.ZERO;
    }

    boolean isWorthRetrying() {
        return worthRetrying;
    }

    /// The pause that the registry asks for; zero when it asks for none.
    Duration retryAfter() {
        return retryAfter;
    }

    /// The same failure once no further attempt will follow.
    RegistryUnavailableException after(int attempts) {
        return attempts == 1
                ? this
                : new RegistryUnavailableException(getMessage() + " (tried " + attempts + " times)", this, false);
    }
}
