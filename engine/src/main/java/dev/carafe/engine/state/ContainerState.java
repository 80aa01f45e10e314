package dev.carafe.engine.state;

import dev.carafe.engine.WrongState;
import java.time.Instant;

/// Where a container is in its life. Each state holds only the facts that are true in it.
public sealed interface ContainerState {
    /// Being made: nobody sees it. Found at a start, it is what a crash left, and is taken back.
    record Creating() implements ContainerState {}

    /// The runtime has made it; its process waits for the start.
    record Created() implements ContainerState {}

    record Running(Instant startedAt) implements ContainerState {}

    /// @param startedAt the epoch when it was never started
    /// @param reason as the kubelet shows it: Completed, Error, OOMKilled, or ContainerStatusUnknown
    record Exited(Instant startedAt, Instant finishedAt, int exitCode, String reason) implements ContainerState {}

    default Running started(Instant now) {
        return switch (this) { // no default: a new state must be considered here
            case Created() -> new Running(now);
            case Creating _, Running _, Exited _ ->
                throw new WrongState("a container that is " + name() + " can't be started");
        };
    }

    /// Once exited, a container stays as it exited. Its end does not come before its start: ends are times of files,
    /// which the kernel takes from a clock that lags some milliseconds.
    default Exited exited(Instant at, int exitCode, String reason) {
        return switch (this) {
            case Exited earlier -> earlier;
            case Running(var startedAt) ->
                new Exited(startedAt, at.isBefore(startedAt) ? startedAt : at, exitCode, reason);
            case Creating(), Created() -> new Exited(Instant.EPOCH, at, exitCode, reason);
        };
    }

    default String name() {
        return switch (this) {
            case Creating() -> "being created";
            case Created() -> "created";
            case Running _ -> "running";
            case Exited _ -> "exited";
        };
    }
}
