package dev.carafe.daemon.config;

/// Whether a key does anything.
sealed interface Standing {
    record Built() implements Standing {}

    record NotYet() implements Standing {}

    /// What the key steers in CRI-O does not exist here.
    ///
    /// @param reason completes "has no effect: …"
    record NoEffect(String reason) implements Standing {}

    /// Completes the key's name in a warning to who sets it; empty when there is nothing to warn of.
    default String warning() {
        return switch (this) {
            case Built _ -> "";
            case NotYet _ -> "is not built yet and has no effect";
            case NoEffect noEffect -> "has no effect: " + noEffect.reason();
        };
    }
}
