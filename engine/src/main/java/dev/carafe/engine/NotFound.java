package dev.carafe.engine;

/// There is no such pod, container or image.
public final class NotFound extends EngineException {
    public NotFound(String message) {
        super(message);
    }
}
