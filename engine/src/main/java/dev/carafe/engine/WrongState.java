package dev.carafe.engine;

/// The object exists, but not in a state that allows this.
public final class WrongState extends EngineException {
    public WrongState(String message) {
        super(message);
    }
}
