package dev.carafe.storage;

import java.io.IOException;

/// The bytes of a layer are not what they should be: damaged, hostile, beyond a bound, or of a form that is not
/// supported. Fetching them again is of no use unless the registry's copy changes.
public final class BadLayerException extends IOException {
    public BadLayerException(String message) {
        super(message);
    }

    public BadLayerException(String message, Throwable cause) {
        super(message, cause);
    }
}
