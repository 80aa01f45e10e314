package dev.carafe.linux;

/// How a process ended.
public sealed interface ExitStatus {
    record Exited(int code) implements ExitStatus {}

    record Signaled(int signal) implements ExitStatus {}

    /// The number a shell would show: the code, or 128 and the signal.
    default int shellCode() {
        return switch (this) {
            case Exited(var code) -> code;
            case Signaled(var signal) -> 128 + signal;
        };
    }

    default boolean isSuccess() {
        return shellCode() == 0;
    }
}
