package dev.carafe.trust;

import java.io.IOException;

/// The policy, or what it or the configuration of registries names, is missing or wrong; without it nothing is
/// accepted. The message names the file and the place in it.
public final class PolicyException extends IOException {
    PolicyException(String message) {
        super(message);
    }

    PolicyException(String message, Throwable cause) {
        super(message, cause);
    }
}
