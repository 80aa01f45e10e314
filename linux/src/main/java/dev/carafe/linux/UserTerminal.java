package dev.carafe.linux;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The terminal that a descriptor of this process is, if it is one (termios(3), ioctl_tty(2)). Safe for all threads.
public final class UserTerminal {
    private static final int TCGETS = 0x5401;
    private static final int TCSETS = 0x5402;
    private static final int TIOCGWINSZ = 0x5413;

    /// The kernel's `struct termios`: four words of flags, a line discipline and 19 characters.
    private static final int TERMIOS_BYTES = 36;

    private static final int INPUT_FLAGS = 0;
    private static final int OUTPUT_FLAGS = 4;
    private static final int CONTROL_FLAGS = 8;
    private static final int LOCAL_FLAGS = 12;
    private static final int CHARACTERS = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;

    /// IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON
    private static final int COOKED_INPUT = 1 | 2 | 010 | 040 | 0100 | 0200 | 0400 | 02000;

    private static final int OPOST = 1;

    /// ISIG, ICANON, ECHO, ECHONL, IEXTEN
    private static final int COOKED_LOCAL = 1 | 2 | 010 | 0100 | 0100000;

    private static final int CSIZE = 060;
    private static final int PARENB = 0400;
    private static final int CS8 = 060;

    private static final int WINSIZE_BYTES = 8;
    private static final int COLUMNS_OFFSET = 2;

    private final int fd;

    private UserTerminal(int fd) {
        this.fd = fd;
    }

    /// Empty when the descriptor is something else.
    public static Optional<UserTerminal> of(int fd) {
        try (var call = new Call()) {
            var settings = call.allocate(TERMIOS_BYTES);
            return call.tried(Syscall.IOCTL, fd, TCGETS, settings.address()) == 0
                    ? Optional.of(new UserTerminal(fd))
                    : Optional.empty();
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
            var settings = call.allocate(TERMIOS_BYTES);
            call.checked(subject(), Syscall.IOCTL, fd, TCGETS, settings.address());
            var before = settings.toArray(Call.BYTE);
            clear(settings, INPUT_FLAGS, COOKED_INPUT);
            clear(settings, OUTPUT_FLAGS, OPOST);
            clear(settings, LOCAL_FLAGS, COOKED_LOCAL);
            clear(settings, CONTROL_FLAGS, CSIZE | PARENB);
            settings.set(Call.INT, CONTROL_FLAGS, settings.get(Call.INT, CONTROL_FLAGS) | CS8);
            settings.set(Call.BYTE, CHARACTERS + VMIN, (byte) 1);
            settings.set(Call.BYTE, CHARACTERS + VTIME, (byte) 0);
            call.checked(subject(), Syscall.IOCTL, fd, TCSETS, settings.address());
            return new Raw(before);
        }
    }

    private static void clear(MemorySegment settings, int offset, int flags) {
        settings.set(Call.INT, offset, settings.get(Call.INT, offset) & ~flags);
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
                var settings = call.allocate(TERMIOS_BYTES).copyFrom(MemorySegment.ofArray(before));
                call.checked(subject(), Syscall.IOCTL, fd, TCSETS, settings.address());
            }
        }
    }
}
