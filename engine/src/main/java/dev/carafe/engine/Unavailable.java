package dev.carafe.engine;

/// Not now: something the operation needs is not ready. The same request may succeed later.
public final class Unavailable extends EngineException {
    public Unavailable(String message) {
        super(message);
    }
}
