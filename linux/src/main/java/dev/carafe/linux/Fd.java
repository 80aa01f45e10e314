package dev.carafe.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/// A file descriptor owned by the daemon, close-on-exec.
@SuppressWarnings({"DoNotCallSuggester", "unused", "UnusedVariable"})
public final class Fd implements AutoCloseable {
    private final int number;

    Fd(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public int read(byte[] bytes, int offset, int length) throws IOException {
        throw Unwritten.yet();
    }

    public void write(byte[]... parts) throws IOException {
        throw Unwritten.yet();
    }

    public void write(byte[] bytes, int offset, int length) throws IOException {
        throw Unwritten.yet();
    }

    public InputStream input() {
        throw Unwritten.yet();
    }

    public OutputStream output() {
        throw Unwritten.yet();
    }

    public static Fd openNull() throws ErrnoException {
        throw Unwritten.yet();
    }
    /// An existing file for reading.
    public static Fd openRead(Path path) throws ErrnoException {
        throw Unwritten.yet();
    }
    /// For appending; created with the mode when it is not there.
    public static Fd openAppend(Path path, int mode) throws ErrnoException {
        throw Unwritten.yet();
    }

    static Pipe pipe() throws ErrnoException {
        throw Unwritten.yet();
    }

    @Override
    public void close() {}
}
