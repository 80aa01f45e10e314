package dev.carafe.registry;

/// The registry answers what no client of the distribution specification can go on with.
public final class RegistryProtocolException extends RegistryException {
    RegistryProtocolException(String message) {
        super(message);
    }

    RegistryProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
