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
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;

/// What went wrong, in gRPC's codes.
final class Failures {
    /// The text travels in a header, which clients bound.
    private static final int MAX_TEXT = 2048;

    private Failures() {}

    /// @param id of the operation; it leads from a bug's answer to its stack in the log
    static Status status(Throwable failure, String id) {
        return switch (failure) {
            case EngineException known -> described(of(known), known);
            // Go clients show the text alone for this code and read the kubelet's error names from its beginning.
            case IOException outside -> described(Status.UNKNOWN, outside);
            case UncheckedIOException outside -> described(Status.UNKNOWN, outside);
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

    private static Status described(Status status, Exception failure) {
        var text = Causes.text(failure);
        return status.withDescription(text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...");
    }
}
