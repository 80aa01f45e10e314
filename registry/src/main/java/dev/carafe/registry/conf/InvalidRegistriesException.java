package dev.carafe.registry.conf;

import java.io.IOException;

/// Files of registries.conf(5) that can't be used: a line of the message for everything that is wrong.
public final class InvalidRegistriesException extends IOException {
    InvalidRegistriesException(String message) {
        super(message);
    }
}
