package dev.carafe.engine;

/// What a caller of the engine can act on. The message says what to do and names the object. Everything else that
/// the engine throws is the outside world's failure (`IOException`) or a bug.
public abstract sealed class EngineException extends RuntimeException
        permits NotFound, Invalid, WrongState, Unavailable, TimedOut, Unsupported, InUse {
    EngineException(String message) {
        super(message);
    }
}
