package dev.carafe.streaming;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The streams of one client of a session. Its methods block the calling virtual thread, and end with an exception
/// when the client has gone. One thread at a time for each of stdin, stdout, stderr and the sizes.
public interface Client {
    /// Which streams it has.
    Streams streams();

    /// Waits for the next bytes of its standard input and hands them to the taker; as long as that has not returned
    /// they count against what the client may send.
    ///
    /// @return false when the client has closed its side, or has no standard input
    boolean nextInput(Taker taker) throws IOException, InterruptedException;

    /// Takes all that remains in the buffer, and blocks while the client is behind by more than its bound. A client
    /// without this stream drops it.
    void writeOutput(ByteBuffer bytes) throws IOException, InterruptedException;

    /// The same for standard error.
    void writeError(ByteBuffer bytes) throws IOException, InterruptedException;

    /// Waits for the next size of the client's terminal; of several that came at once the last. Empty when none can
    /// come any more.
    Optional<TerminalSize> nextSize() throws InterruptedException;

    /// Takes bytes from a direct buffer, which is valid until it returns.
    @FunctionalInterface
    interface Taker {
        void take(ByteBuffer bytes) throws IOException, InterruptedException;
    }
}
