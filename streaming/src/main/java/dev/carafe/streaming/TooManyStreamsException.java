package dev.carafe.streaming;

import java.io.IOException;

/// As many streams are open, or granted and not yet opened, as there may be.
public final class TooManyStreamsException extends IOException {
    private static final long serialVersionUID = 1;

    TooManyStreamsException(String why) {
        super(why);
    }
}
