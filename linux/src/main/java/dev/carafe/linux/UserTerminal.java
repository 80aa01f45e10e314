package dev.carafe.linux;

import java.util.Optional;

/// The terminal that a descriptor of this process is, if it is one (termios(3), ioctl_tty(2)). Safe for all threads.
public final class UserTerminal {
    private static final int TIOCGWINSZ = 0x5413;

    /// IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON
    private static final int COOKED_INPUT = 1 | 2 | 010 | 040 | 0100 | 0200 | 0400 | 02000;

    private static final int OPOST = 1;

    /// ISIG, ICANON, ECHO, ECHONL, IEXTEN
    private static final int COOKED_LOCAL = 1 | 2 | 010 | 0100 | 0100000;

    private static final int WINSIZE_BYTES = 8;
    private static final int COLUMNS_OFFSET = 2;

    private final int fd;

    private UserTerminal(int fd) {
        this.fd = fd;
    }

    /// Empty when the descriptor is something else.
    public static Optional<UserTerminal> of(int fd) {
        try (var call = new Call()) {
            return Termios.isTerminal(call, fd) ? Optional.of(new UserTerminal(fd)) : Optional.empty();
        }
    }

    /// In characters.
    public record Size(int rows, int columns) {}

    public Size size() throws ErrnoException {
        try (var call = new Call()) {
            var size = call.allocate(WINSIZE_BYTES);
            call.checked(subject(), Syscall.IOCTL, fd, TIOCGWINSZ, size.address());
            return new Size(
                    Short.toUnsignedInt(size.get(Call.SHORT, 0)),
                    Short.toUnsignedInt(size.get(Call.SHORT, COLUMNS_OFFSET)));
        }
    }

    private String subject() {
        return "fd " + fd;
    }

    /// From now on each byte is handed on as it is, also those that would end this process.
    public Raw raw() throws ErrnoException {
        try (var call = new Call()) {
            var rules = Termios.read(call, subject(), fd);
            var before = rules.copy();
            rules.clear(Termios.INPUT, COOKED_INPUT);
            rules.clear(Termios.OUTPUT, OPOST);
            rules.clear(Termios.LOCAL, COOKED_LOCAL);
            rules.passBytes();
            rules.write(call, subject(), fd);
            return new Raw(before);
        }
    }

    /// A terminal without rules, until it is closed.
    public final class Raw implements AutoCloseable {
        private final byte[] before;

        private Raw(byte[] before) {
            this.before = before;
        }

        /// The rules are again those from before. Idempotent.
        @Override
        public void close() throws ErrnoException {
            try (var call = new Call()) {
                Termios.of(call, before).write(call, subject(), fd);
            }
        }
    }
}
