package dev.carafe.daemon.metrics;

import dev.carafe.registry.BlockedException;
import dev.carafe.registry.ContentMismatchException;
import dev.carafe.registry.ImageNotFoundException;
import dev.carafe.registry.RegistryUnavailableException;
import dev.carafe.registry.UnauthorizedException;
import dev.carafe.trust.SignatureRefusedException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;

/// Why a pull failed, in the words of the distribution specification and of CRI-O.
enum PullFailure {
    CONNECTION_REFUSED,
    CONNECTION_TIMEOUT,
    UNAVAILABLE,
    UNAUTHORIZED,
    MANIFEST_UNKNOWN,
    DIGEST_INVALID,
    DENIED,
    UNKNOWN;

    /// Longer chains of causes are a mistake, or a loop.
    private static final int MAX_CAUSES = 16;

    static PullFailure of(Throwable failure) {
        var kind = UNKNOWN;
        Throwable cause = failure;
        for (var depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            kind = switch (cause) {
                case UnauthorizedException _ -> UNAUTHORIZED;
                case ImageNotFoundException _ -> MANIFEST_UNKNOWN;
                case ContentMismatchException _ -> DIGEST_INVALID;
                case BlockedException _, SignatureRefusedException _ -> DENIED;
                case RegistryUnavailableException _ -> UNAVAILABLE;
                case ConnectException refused -> isTimeout(refused) ? CONNECTION_TIMEOUT : CONNECTION_REFUSED;
                case SocketTimeoutException _ -> CONNECTION_TIMEOUT;
                default -> kind;
            };
            cause = cause.getCause();
        }
        return kind;
    }

    private static boolean isTimeout(ConnectException failure) {
        return String.valueOf(failure.getMessage()).contains("timed out");
    }
}
