package dev.carafe.engine;

/// The request itself is wrong: the same request can never succeed.
public final class Invalid extends EngineException {
    public Invalid(String message) {
        super(message);
    }
}
