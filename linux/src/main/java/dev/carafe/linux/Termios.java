package dev.carafe.linux;

import java.lang.foreign.MemorySegment;

/// The rules of a terminal (termios(3)), as the kernel's `struct termios` has them, the same on x86_64 and aarch64:
/// four
/// words of flags, the line discipline and 19 characters. Good as long as the call that it was read by.
final class Termios {
    /// Where the words of flags are.
    static final int INPUT = 0;

    static final int OUTPUT = 4;
    static final int CONTROL = 8;
    static final int LOCAL = 12;

    private static final int TCGETS = 0x5401;
    private static final int TCSETS = 0x5402;
    private static final int BYTES = 36;
    private static final int CHARACTERS = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;

    /// CSIZE and PARENB; CS8
    private static final int SIZE_AND_PARITY = 0000060 | 0000400;

    private static final int EIGHT_BITS = 0000060;

    private final MemorySegment bytes;

    private Termios(MemorySegment bytes) {
        this.bytes = bytes;
    }

    static boolean isTerminal(Call call, int fd) {
        return call.tried(Syscall.IOCTL, fd, TCGETS, call.allocate(BYTES).address()) == 0;
    }

    /// @param subject for messages
    static Termios read(Call call, String subject, int fd) throws ErrnoException {
        var bytes = call.allocate(BYTES);
        call.checked(subject, Syscall.IOCTL, fd, TCGETS, bytes.address());
        return new Termios(bytes);
    }

    /// What [#copy()] gave.
    static Termios of(Call call, byte[] copy) {
        return new Termios(call.allocate(BYTES).copyFrom(MemorySegment.ofArray(copy)));
    }

    byte[] copy() {
        return bytes.toArray(Call.BYTE);
    }

    void write(Call call, String subject, int fd) throws ErrnoException {
        call.checked(subject, Syscall.IOCTL, fd, TCSETS, bytes.address());
    }

    void set(int word, int flags) {
        bytes.set(Call.INT, word, flags);
    }

    void clear(int word, int flags) {
        set(word, bytes.get(Call.INT, word) & ~flags);
    }

    /// Each byte is handed on whole and at once.
    void passBytes() {
        clear(CONTROL, SIZE_AND_PARITY);
        set(CONTROL, bytes.get(Call.INT, CONTROL) | EIGHT_BITS);
        bytes.set(Call.BYTE, CHARACTERS + VTIME, (byte) 0);
        bytes.set(Call.BYTE, CHARACTERS + VMIN, (byte) 1);
    }
}
