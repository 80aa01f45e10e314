package dev.carafe.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/// A file descriptor owned by the daemon, close-on-exec. Reads and writes park a virtual thread on the [Poller]
/// instead of blocking its carrier; a descriptor becomes non-blocking with the first of them, unless it is a regular
/// file, which never blocks for long. Safe for all threads: closing it wakes whoever waits on it, and its number is
/// not used again before they have left.
public final class Fd implements AutoCloseable {
    private static final int O_RDONLY = 0;
    private static final int O_WRONLY = 1;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_APPEND = 02000;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    private static final int AT_FDCWD = -100;
    private static final int SOCK_STREAM = 1;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_SETPIPE_SZ = 1031;
    private static final long FIONREAD = 0x541bL;

    /// What one system call moves at most.
    private static final int CHUNK_BYTES = 64 * 1024;

    private static final int NOTHING_YET = -2;

    static final Duration NO_LIMIT = Duration.ofDays(365);

    private final int number;
    private int users;
    private boolean closed;
    private boolean nonBlocking;

    Fd(int number) {
        this(number, false);
    }

    private Fd(int number, boolean nonBlocking) {
        this.number = number;
        this.nonBlocking = nonBlocking;
    }

    /// A regular file is always ready, so nothing has to be set for it.
    static Fd ofRegularFile(int number) {
        return new Fd(number, true);
    }

    public int number() {
        return number;
    }

    /// For a system call of a class that sees to it that nobody closes it meanwhile.
    int openNumber() {
        if (isClosed()) {
            throw new IllegalStateException("fd " + number + " is closed");
        }
        return number;
    }

    public static Fd openNull() throws ErrnoException {
        return open(Path.of("/dev/null"), O_RDWR, 0);
    }

    /// An existing file for reading.
    public static Fd openRead(Path path) throws ErrnoException {
        return open(path, O_RDONLY, 0);
    }

    /// For appending; created with the mode when it is not there.
    public static Fd openAppend(Path path, int mode) throws ErrnoException {
        return open(path, O_WRONLY | O_CREAT | O_APPEND, mode);
    }

    /// A FIFO for writing; fails with ENXIO when nobody reads it.
    public static Fd openFifo(Path path) throws ErrnoException {
        return open(path, O_WRONLY | O_NONBLOCK, 0);
    }

    /// A FIFO for reading, whether or not somebody writes to it. Until somebody has, a read finds its end; who
    /// waits by [Poller#awaitReadable(Fd, Duration)] first does not.
    public static Fd openFifoForReading(Path path) throws ErrnoException {
        return open(path, O_RDONLY | O_NONBLOCK, 0);
    }

    private static Fd open(Path path, int flags, int mode) throws ErrnoException {
        try (var call = new Call()) {
            return new Fd((int)
                    call.checked(path.toString(), Syscall.OPENAT, AT_FDCWD, call.path(path), flags | O_CLOEXEC, mode));
        }
    }

    static Pipe pipe() throws ErrnoException {
        try (var call = new Call()) {
            var ends = call.allocate(2L * Integer.BYTES);
            call.checked("", Syscall.PIPE2, ends.address(), O_CLOEXEC);
            return new Pipe(new Fd(ends.get(Call.INT, 0)), new Fd(ends.get(Call.INT, Integer.BYTES)));
        }
    }

    static SocketPair sockets() throws ErrnoException {
        try (var call = new Call()) {
            var ends = call.allocate(2L * Integer.BYTES);
            call.checked("", Syscall.SOCKETPAIR, UnixAddress.FAMILY, SOCK_STREAM | O_CLOEXEC, 0, ends.address());
            return new SocketPair(new Fd(ends.get(Call.INT, 0)), new Fd(ends.get(Call.INT, Integer.BYTES)));
        }
    }

    /// Waits for the first byte; -1 at the end. What waits holds no native memory.
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        enter();
        try {
            var read = readNow(bytes, offset, length);
            while (read == NOTHING_YET) {
                await(true);
                read = readNow(bytes, offset, length);
            }
            return read;
        } finally {
            leave();
        }
    }

    private int readNow(byte[] bytes, int offset, int length) throws IOException {
        try (var arena = Arena.ofConfined();
                var call = new Call()) {
            var buffer = arena.allocate(Math.min(length, CHUNK_BYTES));
            var read = (int) call.tried(Syscall.READ, number, buffer.address(), buffer.byteSize());
            if (read < 0) {
                return switch (call.errno()) {
                    case Errno.EINTR, Errno.EAGAIN -> NOTHING_YET;
                    default -> throw call.failure(Syscall.READ, subject());
                };
            }
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, offset, read);
            return read == 0 ? -1 : read;
        }
    }

    /// Reads once into the direct buffer, from where it is, and moves its position, without waiting: who
    /// waits by
    /// [Poller#awaitReadable(Fd, Duration)] holds no memory meanwhile.
    ///
    /// @return how many bytes came; 0 when there are none now, -1 at the end
    public int readNow(ByteBuffer bytes) throws IOException {
        enter();
        try (var call = new Call()) {
            var address = direct(bytes).address();
            while (true) {
                var moved = (int) call.tried(Syscall.READ, number, address, bytes.remaining());
                if (moved >= 0) {
                    bytes.position(bytes.position() + moved);
                    return moved == 0 ? -1 : moved;
                }
                switch (call.errno()) {
                    case Errno.EINTR -> {}
                    case Errno.EAGAIN -> {
                        return 0;
                    }
                    default -> throw call.failure(Syscall.READ, subject());
                }
            }
        } finally {
            leave();
        }
    }

    /// Lets a pipe hold so many bytes. A wish: the kernel bounds what one user's pipes hold together.
    ///
    /// @return whether it does
    public boolean widen(int bytes) throws IOException {
        enter();
        try (var call = new Call()) {
            return call.tried(Syscall.FCNTL, number, F_SETPIPE_SZ, bytes) >= 0;
        } finally {
            leave();
        }
    }

    /// Writes all of it.
    public void write(byte[]... parts) throws IOException {
        for (var part : parts) {
            write(part, 0, part.length);
        }
    }

    public void write(byte[] bytes, int offset, int length) throws IOException {
        enter();
        try (var arena = Arena.ofConfined();
                var call = new Call()) {
            var buffer = arena.allocate(Math.clamp(length, 1, CHUNK_BYTES));
            for (var done = 0; done < length; ) {
                var chunk = Math.min(length - done, CHUNK_BYTES);
                MemorySegment.copy(bytes, offset + done, buffer, ValueLayout.JAVA_BYTE, 0, chunk);
                done += write(call, buffer, chunk);
            }
        } finally {
            leave();
        }
    }

    /// What was written into this FIFO and not read yet, in bytes (pipe(7), FIONREAD).
    public int unread() throws IOException {
        enter();
        try (var call = new Call()) {
            var count = call.allocate(Integer.BYTES);
            call.checked(subject(), Syscall.IOCTL, number, FIONREAD, count.address());
            return count.get(Call.INT, 0);
        } finally {
            leave();
        }
    }

    /// Writes all that is left in the direct buffer, from where it is, and moves its position.
    public void write(ByteBuffer bytes) throws IOException {
        enter();
        try (var call = new Call()) {
            while (bytes.hasRemaining()) {
                var moved = write(call, direct(bytes), bytes.remaining());
                bytes.position(bytes.position() + moved);
            }
        } finally {
            leave();
        }
    }

    /// The same at an offset of a regular file.
    public void writeAt(ByteBuffer bytes, long offset) throws IOException {
        enter();
        try (var call = new Call()) {
            for (var at = offset; bytes.hasRemaining(); ) {
                var address = direct(bytes).address();
                var moved = call.checked(subject(), Syscall.PWRITE64, number, address, bytes.remaining(), at);
                bytes.position(bytes.position() + (int) moved);
                at += moved;
            }
        } finally {
            leave();
        }
    }

    /// Reads once from an offset of a regular file into the direct buffer, from where it is, and moves its position.
    ///
    /// @return how many bytes came; 0 at the file's end
    public int readAt(ByteBuffer bytes, long offset) throws IOException {
        enter();
        try (var call = new Call()) {
            var address = direct(bytes).address();
            var moved = (int) call.checked(subject(), Syscall.PREAD64, number, address, bytes.remaining(), offset);
            bytes.position(bytes.position() + moved);
            return moved;
        } finally {
            leave();
        }
    }

    private static MemorySegment direct(ByteBuffer bytes) {
        if (!bytes.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer");
        }
        return MemorySegment.ofBuffer(bytes);
    }

    /// Makes a regular file so long; what it gets more is a hole.
    public void truncate(long length) throws IOException {
        enter();
        try (var call = new Call()) {
            call.checked(subject(), Syscall.FTRUNCATE, number, length);
        } finally {
            leave();
        }
    }

    private String subject() {
        return "fd " + number;
    }

    private int write(Call call, MemorySegment buffer, long length) throws IOException {
        while (true) {
            var moved = call.tried(Syscall.WRITE, number, buffer.address(), length);
            if (moved >= 0) {
                return (int) moved;
            }
            switch (call.errno()) {
                case Errno.EINTR -> {}
                case Errno.EAGAIN -> await(false);
                default -> throw call.failure(Syscall.WRITE, subject());
            }
        }
    }

    /// As [Poller#awaitReadable].
    boolean awaitReadable(Duration timeout) throws IOException {
        return awaitReady(true, timeout);
    }

    private boolean awaitReady(boolean reading, Duration timeout) throws IOException {
        var poller = Poller.shared();
        try {
            return reading ? poller.awaitReadable(this, timeout) : poller.awaitWritable(this, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for fd " + number);
        }
    }

    private void await(boolean reading) throws IOException {
        var _ = awaitReady(reading, NO_LIMIT);
        if (isClosed()) {
            throw new IOException("fd " + number + " was closed");
        }
    }

    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return Fd.this.read(bytes, offset, length);
            }

            @Override
            public void close() {
                Fd.this.close();
            }
        };
    }

    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                Fd.this.write(new byte[] {(byte) b});
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                Fd.this.write(bytes, offset, length);
            }

            @Override
            public void close() {
                Fd.this.close();
            }
        };
    }

    private void enter() throws IOException {
        synchronized (this) {
            if (closed) {
                throw new IOException("fd " + number + " is closed");
            }
            users++;
            if (!nonBlocking) {
                nonBlocking = true;
                setNonBlocking();
            }
        }
    }

    private void setNonBlocking() throws ErrnoException {
        try (var call = new Call()) {
            var flags = call.checked("fd " + number, Syscall.FCNTL, number, F_GETFL, 0);
            call.checked("fd " + number, Syscall.FCNTL, number, F_SETFL, flags | O_NONBLOCK);
        }
    }

    /// For waits: the number stays this descriptor's until [#leave()]. False when it is closed.
    synchronized boolean hold() {
        if (closed) {
            return false;
        }
        users++;
        return true;
    }

    synchronized void leave() {
        users--;
        if (closed && users == 0) {
            release();
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /// Idempotent.
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (users == 0) {
                release();
                return;
            }
        }
        Poller.shared().wake(this);
    }

    private void release() {
        try (var call = new Call()) {
            // On Linux the number is free whatever close answers (close(2), Dealing with error returns).
            call.tried(Syscall.CLOSE, number, 0, 0);
        }
    }
}
