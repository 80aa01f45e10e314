package dev.carafe.engine.decrypt;

import java.io.IOException;

/// What a layer's annotations hold can't be what encrypted it.
final class BadMessageException extends IOException {
    BadMessageException(String message) {
        super(message);
    }

    BadMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
