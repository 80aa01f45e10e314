package dev.carafe.linux;

/// Two ends of a pipe, both close-on-exec. An end becomes non-blocking when this process first reads or writes it, so
/// that an end given to a child stays as a child expects it.
public record Pipe(Fd read, Fd write) implements AutoCloseable {
    public static Pipe open() throws ErrnoException {
        return Fd.pipe();
    }

    /// Closes what is still open of both.
    @Override
    public void close() {
        read.close();
        write.close();
    }
}
