package dev.carafe.engine;

/// The object is needed by another, which the message names.
public final class InUse extends EngineException {
    public InUse(String message) {
        super(message);
    }
}
