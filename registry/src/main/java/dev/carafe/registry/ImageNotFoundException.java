package dev.carafe.registry;

/// The registry has no such repository, tag, manifest or blob.
public final class ImageNotFoundException extends RegistryException {
    ImageNotFoundException(String message) {
        super(message);
    }

    ImageNotFoundException(String message, Throwable cause) {
        super(message, cause);
    }
}
