package dev.carafe.engine;

/// Work whose begin and end somebody traces. Safe for all threads; nothing here blocks or fails.
public interface Span {
    /// A part of this work, begun now.
    Span begin(String name);

    /// What the work is about. Never a secret: no environment, no credentials, no command lines.
    void note(String key, String value);

    /// Once, or [#failed(Throwable)].
    void ended();

    void failed(Throwable failure);
}
