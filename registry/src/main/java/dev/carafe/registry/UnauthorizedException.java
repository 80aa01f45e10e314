package dev.carafe.registry;

/// The registry or its token service wants other credentials, or any.
public final class UnauthorizedException extends RegistryException {
    UnauthorizedException(String message) {
        super(message);
    }

    UnauthorizedException(String message, Throwable cause) {
        super(message, cause);
    }
}
