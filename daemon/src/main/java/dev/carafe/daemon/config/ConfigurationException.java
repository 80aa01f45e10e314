package dev.carafe.daemon.config;

import java.io.IOException;

/// The configuration can't be used. The message has a line for each mistake: where it stands (file and line,
/// flag, or environment variable), the key, and what would be right.
public final class ConfigurationException extends IOException {
    ConfigurationException(String message) {
        super(message);
    }
}
