package dev.carafe.registry;

/// The configuration forbids asking the registry.
public final class BlockedException extends RegistryException {
    BlockedException(String message) {
        super(message);
    }

    BlockedException(String message, Throwable cause) {
        super(message, cause);
    }
}
