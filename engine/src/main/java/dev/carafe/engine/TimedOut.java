package dev.carafe.engine;

/// A bound of time passed; what was done until then is said in the message.
public final class TimedOut extends EngineException {
    public TimedOut(String message) {
        super(message);
    }
}
