package dev.carafe.streaming;

/// In characters.
public record TerminalSize(int rows, int columns) {
    /// What the kernel's struct winsize holds.
    static final int MAX = 0xFFFF;

    public TerminalSize {
        if (rows < 0 || rows > MAX || columns < 0 || columns > MAX) {
            throw new IllegalArgumentException("no size of a terminal: " + rows + " × " + columns);
        }
    }
}
