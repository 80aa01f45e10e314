package dev.carafe.trust;

/// A document has not the form it must have. The message says where, and what was expected.
final class BadFormException extends Exception {
    BadFormException(String message) {
        super(message);
    }

    BadFormException(String message, Throwable cause) {
        super(message, cause);
    }
}
