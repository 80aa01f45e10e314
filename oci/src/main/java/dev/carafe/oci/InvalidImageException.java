package dev.carafe.oci;

import java.io.IOException;

/// A registry's document is not what the image specification says; the message tells what it is instead.
public final class InvalidImageException extends IOException {
    public InvalidImageException(String message) {
        super(message);
    }

    public InvalidImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
