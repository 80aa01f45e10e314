package dev.carafe.oci;

import java.io.IOException;

/// A text is not the JSON document it should be. The message says what is wrong, on one short line, but not which
/// document it is: who reads it knows. It may quote the document, as its cause does.
public final class BadJsonException extends IOException {
    BadJsonException(String message) {
        super(message);
    }

    BadJsonException(String message, Throwable cause) {
        super(message, cause);
    }
}
