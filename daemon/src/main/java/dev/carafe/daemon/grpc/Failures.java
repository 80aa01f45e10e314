package dev.carafe.daemon.grpc;

import dev.carafe.daemon.logging.Causes;
import dev.carafe.engine.EngineException;
import dev.carafe.engine.InUse;
import dev.carafe.engine.Invalid;
import dev.carafe.engine.NotFound;
import dev.carafe.engine.TimedOut;
import dev.carafe.engine.Unavailable;
import dev.carafe.engine.Unsupported;
import dev.carafe.engine.WrongState;
import dev.carafe.registry.RegistryUnavailableException;
import dev.carafe.streaming.TooManyStreamsException;
import dev.carafe.trust.SignatureRefusedException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;

/// What went wrong, in gRPC's codes.
final class Failures {
    /// The text travels in a header, which clients bound.
    private static final int MAX_TEXT = 2048;

    private static final int MAX_CAUSES = 8;

    private static final String REGISTRY_UNAVAILABLE = "RegistryUnavailable: ";
    private static final String SIGNATURE_REFUSED = "SignatureValidationFailed: ";

    private Failures() {}

    /// @param id of the operation; it leads from a bug's answer to its stack in the log
    static Status status(Throwable failure, String id) {
        return switch (failure) {
            case EngineException known -> described(of(known), known);
            case TooManyStreamsException full -> described(Status.RESOURCE_EXHAUSTED, full);
            case IOException outside -> ofTheWorld(outside);
            case UncheckedIOException outside -> ofTheWorld(outside);
            case InterruptedException _ -> Status.UNAVAILABLE.withDescription("the daemon is stopping");
            case StatusRuntimeException ours -> ours.getStatus();
            default -> Status.INTERNAL.withDescription("internal error; the daemon's log shows it under id=" + id);
        };
    }

    private static Status of(EngineException failure) {
        return switch (failure) {
            case NotFound _ -> Status.NOT_FOUND;
            case Invalid _ -> Status.INVALID_ARGUMENT;
            case WrongState _, InUse _ -> Status.FAILED_PRECONDITION;
            case Unavailable _ -> Status.UNAVAILABLE;
            case TimedOut _ -> Status.DEADLINE_EXCEEDED;
            case Unsupported _ -> Status.UNIMPLEMENTED;
        };
    }

    /// The code for which Go clients show the text alone: the kubelet reads from its beginning what it may act
    /// on (k8s.io/cri-api, pkg/errors).
    private static Status ofTheWorld(Exception failure) {
        return Status.UNKNOWN.withDescription(bounded(word(failure) + Causes.text(failure)));
    }

    /// The kubelet's word for it; empty where it has none.
    private static String word(Exception failure) {
        Throwable cause = failure;
        for (var depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            switch (cause) {
                case RegistryUnavailableException _ -> {
                    return REGISTRY_UNAVAILABLE;
                }
                case SignatureRefusedException _ -> {
                    return SIGNATURE_REFUSED;
                }
                default -> cause = cause.getCause();
            }
        }
        return "";
    }

    private static Status described(Status status, Exception failure) {
        return status.withDescription(bounded(Causes.text(failure)));
    }

    private static String bounded(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }
}
