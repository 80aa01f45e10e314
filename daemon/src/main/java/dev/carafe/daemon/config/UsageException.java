package dev.carafe.daemon.config;

import java.io.IOException;

/// The command line can't be understood; the message names the flag and what would be right. By custom the
/// process exits with 2.
public final class UsageException extends IOException {
    public UsageException(String message) {
        super(message);
    }
}
