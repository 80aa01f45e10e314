package dev.carafe.engine;

/// Carafe does not do this (yet); the message names the field or the call.
public final class Unsupported extends EngineException {
    public Unsupported(String message) {
        super(message);
    }
}
