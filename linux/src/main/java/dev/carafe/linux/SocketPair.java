package dev.carafe.linux;

/// Two ends of a connection, both close-on-exec, as socketpair(2) makes them: one stays, the other is for a child. An
/// end becomes non-blocking when this process first reads or writes it.
public record SocketPair(Fd ours, Fd theirs) implements AutoCloseable {
    public static SocketPair open() throws ErrnoException {
        return Fd.sockets();
    }

    /// Closes what is still open of both.
    @Override
    public void close() {
        ours.close();
        theirs.close();
    }
}
