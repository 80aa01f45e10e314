package dev.carafe.network;

import java.io.IOException;

/// A document is no JSON, or not the JSON that it should be.
final class JsonException extends IOException {
    JsonException(String message) {
        super(message);
    }
}
