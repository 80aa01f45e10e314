package dev.carafe.streaming;

/// Which streams a client wants.
///
/// @param tty a terminal, on which standard error comes as standard output
public record Streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
    public Streams {
        if (tty && stderr) {
            throw new IllegalArgumentException("tty and stderr cannot both be true");
        }
        if (!stdin && !stdout && !stderr) {
            throw new IllegalArgumentException("one of stdin, stdout, or stderr must be set");
        }
    }
}
