package dev.carafe.registry;

import java.io.IOException;

/// Why a registry did not give what it was asked for. The message begins with what that was, and holds neither
/// credentials nor tokens nor the query of a URL.
public abstract sealed class RegistryException extends IOException
        permits BlockedException,
                ContentMismatchException,
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

    /// The same kind of failure in other words; nothing is to be tried again.
    RegistryException retold(String message) {
        return switch (this) {
            case BlockedException _ -> new BlockedException(message, this);
            case ContentMismatchException _ -> new ContentMismatchException(message, this);
            case ImageNotFoundException _ -> new ImageNotFoundException(message, this);
            case RegistryProtocolException _ -> new RegistryProtocolException(message, this);
            case RegistryUnavailableException _ -> new RegistryUnavailableException(message, this, false);
            case UnauthorizedException _ -> new UnauthorizedException(message, this);
        };
    }
}
