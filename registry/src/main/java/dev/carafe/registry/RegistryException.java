package dev.carafe.registry;

import java.io.IOException;

/// Why a registry did not give what it was asked for. The message begins with what that was, and holds neither
/// credentials nor tokens nor the query of a URL.
public abstract sealed class RegistryException extends IOException
        permits ContentMismatchException,
                ImageNotFoundException,
                RegistryProtocolException,
                RegistryUnavailableException,
                UnauthorizedException {
    RegistryException(String message) {
        super(message);
    }

    RegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
