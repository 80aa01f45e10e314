package dev.carafe.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Who is at the other end of a command's or a container's streams. Its methods block, and end with an exception when
/// it has gone; each stream is used by one thread at a time.
public interface StreamPeer {
    boolean hasInput();

    /// Waits for the next bytes that it sends and hands them to the taker, in a direct buffer that is valid
    /// until it returns. False at the end.
    boolean nextInput(Taker taker) throws IOException, InterruptedException;

    /// Takes all that remains in the buffer, and blocks while it is behind.
    void writeOutput(ByteBuffer bytes) throws IOException, InterruptedException;

    void writeError(ByteBuffer bytes) throws IOException, InterruptedException;

    /// Waits for the next size of its terminal; empty when none can come any more.
    Optional<WindowSize> nextSize() throws InterruptedException;

    /// In characters, from 0 to 65535.
    record WindowSize(int rows, int columns) {}

    @FunctionalInterface
    interface Taker {
        void take(ByteBuffer bytes) throws IOException, InterruptedException;
    }
}
