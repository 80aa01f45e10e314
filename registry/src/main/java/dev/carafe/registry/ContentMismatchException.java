package dev.carafe.registry;

/// What came has another size or digest than its name says.
public final class ContentMismatchException extends RegistryException {
    ContentMismatchException(String message) {
        super(message);
    }

    ContentMismatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
