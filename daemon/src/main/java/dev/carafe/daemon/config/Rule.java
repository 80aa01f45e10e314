package dev.carafe.daemon.config;

/// What a string must look like beyond being one.
sealed interface Rule permits Form, OneOf {
    boolean allows(String text);

    /// Completes "must be …".
    String expected();
}
